// The tables of the money core. MySQL's DDL does not roll back, so every step asks first whether it was done:
// a migration that died half way is simply run again.

import type { MigrationInterface, QueryRunner } from 'typeorm';

const id = 'VARCHAR(64)';
const charge = 'VARCHAR(12)';
const word = 'VARCHAR(32)';
const name = 'VARCHAR(255)';
const instant = 'DATETIME(3)';

/** Table → its columns and keys. The declarations are common to SQLite and MySQL. */
const tables: Readonly<Record<string, string>> = {
  installation: `id ${id} NOT NULL PRIMARY KEY, realm ${word} NOT NULL, history_format INT NOT NULL, seal_format INT NOT NULL, created_at ${instant} NOT NULL`,
  customer: `id ${id} NOT NULL PRIMARY KEY, name ${name} NOT NULL, name_key ${name} NOT NULL, email ${name} NOT NULL,
    phone ${word} NOT NULL, phone_key ${word} NOT NULL, chain_seq INT NOT NULL, chain_hash ${id} NOT NULL, chain_at ${instant} NULL, created_at ${instant} NOT NULL`,
  subscription: `id ${id} NOT NULL PRIMARY KEY, customer_id ${id} NOT NULL, order_name ${name} NOT NULL, amount INT NOT NULL,
    billing_day VARCHAR(2) NOT NULL, status ${word} NOT NULL, starts_on DATE NOT NULL, ends_on DATE NULL, plan_from ${instant} NOT NULL,
    billing_key_id ${id} NOT NULL, created_at ${instant} NOT NULL`,
  billing_key: `id ${id} NOT NULL PRIMARY KEY, customer_id ${id} NOT NULL, pg_provider ${word} NOT NULL, customer_key VARCHAR(300) NOT NULL,
    sealed VARCHAR(1000) NOT NULL, secret_id ${word} NOT NULL, fingerprint ${id} NOT NULL, status ${word} NOT NULL, created_at ${instant} NOT NULL,
    CONSTRAINT billing_key_fingerprint UNIQUE (fingerprint)`,
  cycle: `billing_date DATE NOT NULL PRIMARY KEY, state ${word} NOT NULL, started_by ${name} NOT NULL, started_at ${instant} NOT NULL, ended_at ${instant} NULL`,
  charge: `id ${charge} NOT NULL PRIMARY KEY, customer_id ${id} NOT NULL, subscription_id ${id} NOT NULL, billing_date DATE NOT NULL,
    amount INT NOT NULL, pg_provider ${word} NOT NULL, state ${word} NOT NULL, version INT NOT NULL, watch_at ${instant} NULL,
    held_reason ${word} NULL, held_from ${word} NULL, attempts INT NOT NULL, first_failed_at ${instant} NULL, paid_order_id ${id} NULL,
    paid_at ${instant} NULL, refunded_amount INT NOT NULL, CONSTRAINT charge_once UNIQUE (subscription_id, billing_date)`,
  attempt: `order_id ${id} NOT NULL PRIMARY KEY, charge_id ${charge} NOT NULL, customer_id ${id} NOT NULL, attempt_no INT NOT NULL,
    billing_key_id ${id} NOT NULL, pg_provider ${word} NOT NULL, merchant ${id} NOT NULL, amount INT NOT NULL, started_by ${word} NOT NULL,
    status ${word} NOT NULL, transmissions INT NOT NULL, first_sent_at ${instant} NOT NULL, sent_at ${instant} NOT NULL,
    transmission_id ${id} NOT NULL, ended BOOLEAN NOT NULL, doubtful BOOLEAN NOT NULL, resolve_step INT NOT NULL, resend_from ${instant} NULL,
    believe_yes_from ${instant} NULL, idempotency_suffix INT NOT NULL, fresh_key_due BOOLEAN NOT NULL, decline_class ${word} NULL,
    decline_code VARCHAR(100) NULL, decline_message VARCHAR(1000) NULL, payment_key VARCHAR(200) NULL, approved_at ${instant} NULL,
    card VARCHAR(100) NULL, closed_at ${instant} NULL`,
  surplus: `order_id ${id} NOT NULL, payment_key VARCHAR(200) NOT NULL, charge_id ${charge} NOT NULL, customer_id ${id} NOT NULL,
    amount INT NOT NULL, status ${word} NOT NULL, PRIMARY KEY (order_id, payment_key)`,
  refund: `id ${id} NOT NULL PRIMARY KEY, charge_id ${charge} NOT NULL, customer_id ${id} NOT NULL, pg_provider ${word} NOT NULL, order_id ${id} NOT NULL,
    payment_key VARCHAR(200) NOT NULL, amount INT NOT NULL, remaining INT NOT NULL, of_surplus BOOLEAN NOT NULL, status ${word} NOT NULL,
    state_before ${word} NOT NULL, requested_by ${name} NOT NULL, approved_by ${name} NULL, sent_at ${instant} NOT NULL, resolve_step INT NOT NULL`,
  pg_state: `provider ${word} NOT NULL PRIMARY KEY, held_by ${name} NULL, held_at ${instant} NULL, held_reason VARCHAR(1000) NULL,
    breaker_opened_at ${instant} NULL, recent VARCHAR(40) NOT NULL, paused_until ${instant} NULL, pause_ms INT NOT NULL, probe_at ${instant} NULL, probe_step INT NOT NULL`,
  payment_history: `id ${id} NOT NULL, customer_id ${id} NOT NULL, subscription_id ${id} NULL, charge_id ${charge} NULL, attempt_no INT NULL,
    refund_id ${id} NULL, order_id ${id} NULL, billing_date DATE NULL, act ${word} NOT NULL, status ${word} NOT NULL, amount DECIMAL(10,2) NULL,
    pg_provider ${word} NULL, pg_payment_key VARCHAR(200) NULL, billing_key_id ${id} NULL, failure_code VARCHAR(100) NULL, failure_reason VARCHAR(1000) NULL,
    actor ${name} NOT NULL, raw_response LONGTEXT NULL, created_at ${instant} NOT NULL, seq INT NOT NULL, prev_hash ${id} NOT NULL, hash ${id} NOT NULL,
    PRIMARY KEY (customer_id, seq), CONSTRAINT payment_history_id UNIQUE (id)`,
  outbox: `id ${id} NOT NULL PRIMARY KEY, kind ${word} NOT NULL, charge_id ${charge} NOT NULL, version INT NOT NULL, created_at ${instant} NOT NULL, delivered_at ${instant} NULL`,
  act_token: `charge_id ${charge} NOT NULL, version INT NOT NULL, act ${word} NOT NULL, actor ${name} NOT NULL, used_at ${instant} NOT NULL, PRIMARY KEY (charge_id, version, act)`,
  checkpoint: `id ${id} NOT NULL PRIMARY KEY, taken_at ${instant} NOT NULL, chains INT NOT NULL, digest ${id} NOT NULL`,
  note: `row_id ${id} NOT NULL PRIMARY KEY, salt ${id} NOT NULL, text VARCHAR(1000) NOT NULL`,
  refusal: `actor ${name} NOT NULL, minute ${instant} NOT NULL, count INT NOT NULL, PRIMARY KEY (actor, minute)`,
};

/** Index → table and columns, each for one question that is asked often. */
const indexes: Readonly<Record<string, readonly [table: string, columns: string]>> = {
  customer_by_name: ['customer', 'name_key'],
  customer_by_phone: ['customer', 'phone_key'],
  subscription_by_customer: ['subscription', 'customer_id'],
  subscription_by_day: ['subscription', 'billing_day, id'],
  billing_key_by_customer: ['billing_key', 'customer_id'],
  charge_by_work: ['charge', 'billing_date, state, pg_provider, id'],
  charge_by_watch: ['charge', 'watch_at'],
  charge_by_customer: ['charge', 'customer_id, state'],
  attempt_by_charge: ['attempt', 'charge_id'],
  attempt_by_billing_key: ['attempt', 'billing_key_id, closed_at'],
  surplus_by_charge: ['surplus', 'charge_id'],
  refund_by_charge: ['refund', 'charge_id'],
  payment_history_by_charge: ['payment_history', 'charge_id'],
  payment_history_by_order: ['payment_history', 'order_id'],
  outbox_by_time: ['outbox', 'delivered_at, created_at'],
};

export class MoneyCore1700000000000 implements MigrationInterface {
  name = 'MoneyCore1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.connection.options.type !== 'better-sqlite3';
    const options = mysql ? ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin' : '';
    for (const [table, columns] of Object.entries(tables)) {
      await runner.query(`CREATE TABLE IF NOT EXISTS \`${table}\` (${columns})${options}`);
    }
    for (const [index, [table, columns]] of Object.entries(indexes)) {
      if (!mysql) await runner.query(`CREATE INDEX IF NOT EXISTS ${index} ON ${table} (${columns})`);
      else if (await lacksIndex(runner, table, index))
        await runner.query(`CREATE INDEX ${index} ON \`${table}\` (${columns})`);
    }
    await (mysql ? guardOnMysql(runner) : guardOnSqlite(runner));
  }

  async down(): Promise<void> {
    throw new Error('the audit table is never taken away');
  }
}

async function lacksIndex(runner: QueryRunner, table: string, index: string): Promise<boolean> {
  const found = await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ? LIMIT 1',
    [table, index],
  );
  return found.length === 0;
}

const refusal = 'payment_history is only ever added to';

/** REPLACE and ON DUPLICATE KEY UPDATE fire these too. TRUNCATE and DROP do not: those are matters of rights. */
async function guardOnMysql(runner: QueryRunner): Promise<void> {
  for (const event of ['UPDATE', 'DELETE']) {
    const trigger = `payment_history_no_${event.toLowerCase()}`;
    await runner.query(`DROP TRIGGER IF EXISTS ${trigger}`);
    await runner.query(
      `CREATE TRIGGER ${trigger} BEFORE ${event} ON payment_history FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${refusal}'`,
    );
  }
}

/** INSERT OR REPLACE fires no DELETE trigger on SQLite, so an INSERT of a row that exists is refused by itself. */
async function guardOnSqlite(runner: QueryRunner): Promise<void> {
  const taken =
    'EXISTS (SELECT 1 FROM payment_history WHERE id = NEW.id OR (customer_id = NEW.customer_id AND seq = NEW.seq))';
  for (const [event, when] of [
    ['UPDATE', ''],
    ['DELETE', ''],
    ['INSERT', ` WHEN ${taken}`],
  ]) {
    const trigger = `payment_history_no_${event?.toLowerCase()}`;
    await runner.query(
      `CREATE TRIGGER IF NOT EXISTS ${trigger} BEFORE ${event} ON payment_history FOR EACH ROW${when} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
    );
  }
}
