// An open refund gets a date of its own. Until now it borrowed its charge's, and so the refund of a surplus overwrote
// the date of a charge that was itself in doubt. Every step asks first whether it was done, or does nothing twice.

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RefundWatch1700000001000 implements MigrationInterface {
  name = 'RefundWatch1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    const dialect = runner.connection.options.type === 'better-sqlite3' ? sqlite : mysql;
    if (!(await finds(runner, dialect.column)))
      await runner.query('ALTER TABLE refund ADD COLUMN watch_at DATETIME(3) NULL');
    if (!(await finds(runner, dialect.index)))
      await runner.query('CREATE INDEX refund_by_watch ON refund (status, watch_at)');
    // The charge keeps the date: where it rests, the sweeper takes it off; where it waits for something itself, it is due.
    await runner.query(
      `UPDATE refund SET watch_at = COALESCE((SELECT charge.watch_at FROM charge WHERE charge.id = refund.charge_id), ${dialect.now})
        WHERE status = 'OPEN' AND watch_at IS NULL`,
    );
  }

  async down(): Promise<void> {
    throw new Error('an open refund without a date would never be asked about');
  }
}

/** How each database is asked whether the column and the index are there, and what time it is, as the tables keep it. */
const sqlite = {
  column: "SELECT 1 FROM pragma_table_info('refund') WHERE name = 'watch_at'",
  index: "SELECT 1 FROM pragma_index_list('refund') WHERE name = 'refund_by_watch'",
  now: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
};
const mysql = {
  column:
    "SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'refund' AND column_name = 'watch_at'",
  index:
    "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'refund' AND index_name = 'refund_by_watch' LIMIT 1",
  now: 'UTC_TIMESTAMP(3)',
};

const finds = async (runner: QueryRunner, question: string): Promise<boolean> =>
  (await runner.query(question)).length > 0;
