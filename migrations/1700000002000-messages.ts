// The outbox as messages: each row is one message in Slack, wanted and drawn. The rows of the former outbox were never
// delivered by anything, so nothing is lost with them: what is open is told by the next reminder.

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Messages1700000002000 implements MigrationInterface {
  name = 'Messages1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3';
    const options = mysql ? ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin' : '';
    if (!(await hasColumn(runner, mysql, 'outbox', 'wanted'))) await runner.query('DROP TABLE IF EXISTS outbox');
    await runner.query(
      `CREATE TABLE IF NOT EXISTS outbox (id VARCHAR(120) NOT NULL PRIMARY KEY, kind VARCHAR(32) NOT NULL, subject VARCHAR(64) NOT NULL,
        body LONGTEXT NULL, thread_of VARCHAR(120) NULL, ts VARCHAR(32) NULL, wanted INT NOT NULL, drawn INT NOT NULL, urgent BOOLEAN NOT NULL,
        posting_at DATETIME(3) NULL, not_before DATETIME(3) NULL, created_at DATETIME(3) NOT NULL, dropped BOOLEAN NOT NULL)${options}`,
    );
    await runner.query(
      `CREATE TABLE IF NOT EXISTS lease (name VARCHAR(64) NOT NULL PRIMARY KEY, holder VARCHAR(64) NOT NULL, held_until DATETIME(3) NOT NULL)${options}`,
    );
    if (!mysql) await runner.query('CREATE INDEX IF NOT EXISTS outbox_by_wish ON outbox (dropped, ts, created_at)');
    else if (!(await hasIndex(runner, 'outbox', 'outbox_by_wish')))
      await runner.query('CREATE INDEX outbox_by_wish ON outbox (dropped, ts, created_at)');
  }

  async down(): Promise<void> {
    throw new Error('messages that stand in Slack are not forgotten');
  }
}

async function hasColumn(runner: QueryRunner, mysql: boolean, table: string, column: string): Promise<boolean> {
  const found = mysql
    ? await runner.query(
        'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
        [table, column],
      )
    : await runner.query('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', [table, column]);
  return found.length > 0;
}

async function hasIndex(runner: QueryRunner, table: string, index: string): Promise<boolean> {
  const found = await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? LIMIT 1',
    [table, index],
  );
  return found.length > 0;
}
