/// The numbered steps from an empty file to today's tables. A released step never changes; a new one is added.
enum Schema {
  static let migrations: [String] = [
    first, alarms, understanding, models, maintenance, access, clocks, judgements, parts,
    signOn, signs, gradings, supervision, evidence, retention, series, ledgers,
    longCases, exchanges, consents, closedPlaces,
  ]

  /// Brings the file of `connection` up to date, each step in a transaction of its own.
  static func migrate(
    _ connection: Connection, with steps: [String] = migrations
  ) throws(SQLiteFault) {
    let version = Int(try connection.row("PRAGMA user_version") { $0.integer(0) } ?? 0)
    guard version <= steps.count else {
      throw SQLiteFault(code: 1, message: "made by a newer program: schema \(version)")
    }
    for (index, step) in steps.enumerated().dropFirst(version) {
      try connection.execute("BEGIN IMMEDIATE")
      do throws(SQLiteFault) {
        try connection.execute(step)
        try connection.execute("PRAGMA user_version = \(index + 1)")
        try connection.execute("COMMIT")
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// The columns of a path: one a level, so that any level is an equality in an index.
  private static let areas =
    "area_1 INTEGER, area_2 INTEGER, area_3 INTEGER, area_4 INTEGER, area_5 INTEGER"
  private static let units =
    "unit_1 INTEGER, unit_2 INTEGER, unit_3 INTEGER, unit_4 INTEGER, unit_5 INTEGER"

  /// Early warnings, frozen scores and appeals, saved views, and reports of yearly tasks. What lists
  /// ask for stands in columns; `body` is the record as the journal has it.
  private static let signs = """
    CREATE TABLE warnings (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT, area INTEGER, \(areas),
      source TEXT NOT NULL, grade TEXT NOT NULL, issued_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL, lifted_at INTEGER, version INTEGER NOT NULL, body BLOB NOT NULL)
      STRICT;
    CREATE INDEX warnings_standing ON warnings (id) WHERE lifted_at IS NULL;
    CREATE INDEX warnings_kind ON warnings (kind, id);
    CREATE TABLE periods (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;
    CREATE TABLE appeals (
      id INTEGER PRIMARY KEY, period INTEGER NOT NULL, version INTEGER NOT NULL,
      body BLOB NOT NULL) STRICT;
    CREATE INDEX appeals_period ON appeals (period, id);
    CREATE TABLE views (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE task_reports (
      id INTEGER PRIMARY KEY, goal TEXT NOT NULL, body BLOB NOT NULL) STRICT;
    """

  /// What risk models say of things, and cases by the thing that they are about.
  private static let gradings = """
    CREATE TABLE gradings (
      id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL,
      \(areas), \(units), grade TEXT NOT NULL, gravity INTEGER NOT NULL,
      score INTEGER NOT NULL, shares TEXT NOT NULL, reasons TEXT NOT NULL, at INTEGER NOT NULL,
      until INTEGER) STRICT;
    CREATE INDEX gradings_now ON gradings (model, gravity DESC, score DESC, id DESC)
      WHERE until IS NULL;
    CREATE INDEX gradings_thing ON gradings (thing, id);
    CREATE INDEX cases_thing ON cases (thing, id) WHERE thing IS NOT NULL;
    """

  /// Lines of ledgers and rounds of plans; `body` is the record as the journal has it.
  private static let ledgers = """
    CREATE TABLE ledger_entries (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, ledger TEXT NOT NULL, thing INTEGER,
      \(areas), \(units), due INTEGER, state TEXT NOT NULL, version INTEGER NOT NULL,
      body BLOB NOT NULL) STRICT;
    CREATE INDEX ledger_entries_ledger ON ledger_entries (ledger, id);
    CREATE TABLE patrols (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, plan TEXT NOT NULL,
      \(areas), \(units), due INTEGER NOT NULL, state TEXT NOT NULL,
      version INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE INDEX patrols_plan ON patrols (plan, id);
    """

  /// What is done above the cases and told of them, and who is away.
  private static let supervision = """
    CREATE TABLE supervisions (
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, form TEXT NOT NULL, line TEXT NOT NULL,
      cause TEXT NOT NULL, \(areas), \(units), receivers TEXT NOT NULL, staff INTEGER,
      at INTEGER NOT NULL, words TEXT NOT NULL, due INTEGER, state TEXT NOT NULL,
      replied_at INTEGER, replied_by INTEGER, reply TEXT, outcome TEXT, ended_at INTEGER,
      ended_by INTEGER, remark TEXT, refusals INTEGER NOT NULL, version INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX supervisions_key ON supervisions (case_id, line, cause);
    CREATE INDEX supervisions_open ON supervisions (id) WHERE state <> 'ended';
    CREATE INDEX supervisions_cause ON supervisions (cause, id);
    CREATE INDEX supervisions_area_3 ON supervisions (area_3, id);
    CREATE INDEX supervisions_unit_2 ON supervisions (unit_2, id);
    CREATE INDEX supervisions_unit_3 ON supervisions (unit_3, id);
    CREATE TABLE notices (
      id INTEGER PRIMARY KEY, template TEXT NOT NULL, channel TEXT NOT NULL, staff INTEGER,
      case_id INTEGER, title TEXT NOT NULL, text TEXT NOT NULL, link TEXT NOT NULL,
      at INTEGER NOT NULL, state TEXT NOT NULL, next INTEGER NOT NULL, attempts INTEGER NOT NULL,
      answer TEXT NOT NULL, sent_at INTEGER, read_at INTEGER) STRICT;
    CREATE INDEX notices_waiting ON notices (next, id) WHERE state = 'waiting';
    CREATE INDEX notices_staff ON notices (staff, id) WHERE staff IS NOT NULL;
    CREATE INDEX notices_case ON notices (case_id, id) WHERE case_id IS NOT NULL;
    CREATE TABLE absences (
      id INTEGER PRIMARY KEY, staff INTEGER NOT NULL, substitute INTEGER, reason TEXT NOT NULL,
      starts INTEGER NOT NULL, ends INTEGER NOT NULL) STRICT;
    CREATE INDEX absences_end ON absences (ends, id);
    CREATE INDEX events_people ON events (people, id) WHERE state = 'open' AND people > 1;
    """

  /// Orders that are parts of others, and what was told of clocks.
  private static let parts = """
    ALTER TABLE orders ADD COLUMN parent INTEGER;
    CREATE TABLE clock_warnings (
      case_id INTEGER NOT NULL, clock TEXT NOT NULL, started_at INTEGER NOT NULL,
      light TEXT NOT NULL, due INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (case_id, clock, started_at, light, due)) STRICT, WITHOUT ROWID;
    """

  /// Times in which devices are worked on.
  private static let maintenance = """
    CREATE TABLE maintenance (
      id INTEGER PRIMARY KEY, device INTEGER NOT NULL, from_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL, reason TEXT NOT NULL, staff INTEGER) STRICT;
    CREATE INDEX maintenance_to ON maintenance (to_at);
    """

  /// Second factors, what keys may do and from where, grants, and who saw whom.
  private static let access = """
    ALTER TABLE accounts ADD COLUMN password_set_at INTEGER;
    ALTER TABLE accounts ADD COLUMN factor_subject INTEGER;
    ALTER TABLE accounts ADD COLUMN factor_secret BLOB;
    ALTER TABLE accounts ADD COLUMN factor_confirmed INTEGER;
    ALTER TABLE accounts ADD COLUMN factor_span INTEGER;
    ALTER TABLE accounts ADD COLUMN factor_recovery BLOB;
    ALTER TABLE credentials ADD COLUMN permissions TEXT NOT NULL DEFAULT '';
    ALTER TABLE credentials ADD COLUMN networks TEXT NOT NULL DEFAULT '';
    CREATE TABLE grants (
      id INTEGER PRIMARY KEY, form TEXT NOT NULL, staff INTEGER NOT NULL, giver INTEGER NOT NULL,
      posts TEXT NOT NULL, wide INTEGER NOT NULL, reason TEXT NOT NULL, starts INTEGER NOT NULL,
      ends INTEGER NOT NULL) STRICT;
    CREATE INDEX grants_end ON grants (ends, id);
    CREATE TABLE reveals (
      id INTEGER PRIMARY KEY, at INTEGER NOT NULL, staff INTEGER NOT NULL,
      case_id INTEGER NOT NULL, reporter INTEGER NOT NULL, duty TEXT NOT NULL,
      reason TEXT NOT NULL, is_foreign INTEGER NOT NULL) STRICT;
    CREATE INDEX reveals_staff ON reveals (staff, id);
    CREATE INDEX reveals_case ON reveals (case_id, id);
    CREATE INDEX reveals_reporter ON reveals (reporter, id);
    """

  /// Where the person of a session signed on.
  private static let signOn = """
    ALTER TABLE credentials ADD COLUMN source_subject TEXT;
    ALTER TABLE credentials ADD COLUMN source_session TEXT NOT NULL DEFAULT '';
    CREATE INDEX credentials_source ON credentials (source_subject, source_session)
      WHERE source_subject IS NOT NULL;
    CREATE INDEX credentials_source_session ON credentials (source_session)
      WHERE source_subject IS NOT NULL;
    """

  /// The clocks of cases, and what a step says of them.
  private static let clocks = """
    ALTER TABLE cases ADD COLUMN clocks TEXT;
    ALTER TABLE steps ADD COLUMN details TEXT;
    """

  /// What reporters say of their cases, what tells a repeated sending, and who reported what.
  private static let judgements = """
    CREATE TABLE judgements (
      signal INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, at INTEGER NOT NULL, staff INTEGER,
      contacted INTEGER, solved INTEGER NOT NULL, satisfaction TEXT NOT NULL,
      words TEXT NOT NULL) STRICT;
    CREATE INDEX judgements_case ON judgements (case_id, signal);
    ALTER TABLE scores ADD COLUMN judged INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE scores ADD COLUMN content INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE scores ADD COLUMN solved INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE steps ADD COLUMN sending TEXT NOT NULL DEFAULT '';
    CREATE INDEX signals_reporter ON signals (reporter, id) WHERE reporter IS NOT NULL;
    """

  /// Learned models, what the machine chose, and words that operators added.
  private static let models = """
    CREATE TABLE models (
      id INTEGER PRIMARY KEY, subject TEXT NOT NULL, number INTEGER NOT NULL,
      digest BLOB NOT NULL, examples_digest BLOB NOT NULL, examples INTEGER NOT NULL,
      classes INTEGER NOT NULL, bytes INTEGER NOT NULL, trained_at INTEGER NOT NULL,
      trial_cases INTEGER NOT NULL, trial_right INTEGER NOT NULL, trial_sure INTEGER NOT NULL,
      trial_sure_right INTEGER NOT NULL, trial_rival_right INTEGER) STRICT;
    CREATE TABLE model_uses (
      subject TEXT PRIMARY KEY, in_force INTEGER, before INTEGER, shadow INTEGER)
      STRICT, WITHOUT ROWID;
    CREATE TABLE choices (
      case_id INTEGER PRIMARY KEY, at INTEGER NOT NULL, item TEXT, sure INTEGER NOT NULL,
      model INTEGER, guesses TEXT NOT NULL, shadow_model INTEGER, shadow_item TEXT,
      shadow_permille INTEGER, shadow_sure INTEGER) STRICT;
    CREATE TABLE words (text TEXT PRIMARY KEY, use TEXT NOT NULL, target TEXT NOT NULL)
      STRICT, WITHOUT ROWID;
    """

  /// Alarms and how far the follower of the observations came.
  private static let alarms = """
    CREATE TABLE alarms (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, device INTEGER,
      measure TEXT NOT NULL, \(areas), \(units), longitude REAL, latitude REAL,
      grade TEXT NOT NULL, why TEXT NOT NULL, opened_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL, cleared_at INTEGER, acknowledged_at INTEGER,
      acknowledged_by INTEGER, silenced_until INTEGER, signal INTEGER, verdict TEXT,
      version INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX alarms_signal ON alarms (signal) WHERE signal IS NOT NULL;
    CREATE INDEX alarms_open ON alarms (id) WHERE cleared_at IS NULL;
    CREATE INDEX alarms_rule ON alarms (rule, id);
    CREATE INDEX alarms_device ON alarms (device, id) WHERE device IS NOT NULL;
    CREATE INDEX alarms_area_3 ON alarms (area_3, id);
    CREATE INDEX alarms_area_4 ON alarms (area_4, id);
    CREATE INDEX alarms_unit_2 ON alarms (unit_2, id);
    CREATE INDEX alarms_unit_3 ON alarms (unit_3, id);
    CREATE TABLE followers (
      follower TEXT PRIMARY KEY, position INTEGER NOT NULL, at INTEGER NOT NULL)
      STRICT, WITHOUT ROWID;
    """

  /// How places were found, who is concerned, what resembles what, topics and documents.
  private static let understanding = """
    ALTER TABLE signals ADD COLUMN located_by TEXT;
    ALTER TABLE signals ADD COLUMN located_confidence INTEGER;
    CREATE INDEX signals_reported ON signals (event, reporter) WHERE reporter IS NOT NULL;
    ALTER TABLE events ADD COLUMN located_by TEXT;
    ALTER TABLE events ADD COLUMN located_confidence INTEGER;
    ALTER TABLE events ADD COLUMN people INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE events ADD COLUMN repeat_of INTEGER;
    ALTER TABLE events ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX events_closed_near ON events (item, cell_y, cell_x, id) WHERE state = 'closed';
    CREATE TABLE resemblances (
      id INTEGER PRIMARY KEY, signal INTEGER NOT NULL, event INTEGER NOT NULL, own INTEGER,
      item TEXT NOT NULL, likeness INTEGER NOT NULL, traits TEXT NOT NULL, at INTEGER NOT NULL,
      state TEXT NOT NULL, decided_at INTEGER, decided_by INTEGER, version INTEGER NOT NULL) STRICT;
    CREATE INDEX resemblances_signal ON resemblances (signal, id);
    CREATE INDEX resemblances_event ON resemblances (event, id);
    CREATE INDEX resemblances_own ON resemblances (own, id) WHERE own IS NOT NULL;
    CREATE INDEX resemblances_item ON resemblances (item, id);
    CREATE TABLE topics (
      id INTEGER PRIMARY KEY, title TEXT NOT NULL, cases BLOB NOT NULL,
      first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL) STRICT;
    CREATE INDEX topics_seen ON topics (last_seen);
    CREATE TABLE documents (
      id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
      kind TEXT NOT NULL, source TEXT NOT NULL, published_at INTEGER) STRICT;
    """

  private static let first = """
    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY, chain INTEGER NOT NULL, kind TEXT NOT NULL,
      version INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
      subject_kind TEXT NOT NULL, subject_id INTEGER NOT NULL, request TEXT NOT NULL,
      algorithm TEXT NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL) STRICT;

    CREATE TABLE areas (
      id INTEGER PRIMARY KEY, parent INTEGER, level TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL, outline BLOB) STRICT;
    CREATE TABLE units (
      id INTEGER PRIMARY KEY, parent INTEGER, kind TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL, area INTEGER, hours TEXT NOT NULL, duties TEXT NOT NULL) STRICT;
    CREATE TABLE staff (
      id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, unit INTEGER NOT NULL,
      posts TEXT NOT NULL, area INTEGER, active INTEGER NOT NULL) STRICT;
    CREATE TABLE duties (
      id INTEGER PRIMARY KEY, staff INTEGER NOT NULL, unit INTEGER NOT NULL,
      starts INTEGER NOT NULL, ends INTEGER NOT NULL) STRICT;
    CREATE INDEX duties_time ON duties (ends, starts);
    CREATE TABLE accounts (
      id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, staff INTEGER NOT NULL,
      password_hash TEXT NOT NULL, active INTEGER NOT NULL) STRICT;
    CREATE TABLE credentials (
      secret_hash BLOB PRIMARY KEY, form TEXT NOT NULL, account INTEGER NOT NULL,
      label TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
      revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX credentials_account ON credentials (account);
    CREATE TABLE packs (
      id TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL,
      PRIMARY KEY (id, version, digest)) STRICT, WITHOUT ROWID;

    CREATE TABLE things (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
      address TEXT NOT NULL, \(areas), \(units), geometry BLOB, longitude REAL, latitude REAL,
      attributes TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (kind, code)) STRICT;
    CREATE INDEX things_kind ON things (kind, id);
    CREATE INDEX things_area_3 ON things (area_3, id);
    CREATE INDEX things_area_4 ON things (area_4, id);
    CREATE INDEX things_latitude ON things (latitude, longitude);
    CREATE TABLE links (
      from_thing INTEGER NOT NULL, to_thing INTEGER NOT NULL, kind TEXT NOT NULL,
      PRIMARY KEY (from_thing, to_thing, kind)) STRICT, WITHOUT ROWID;
    CREATE INDEX links_to ON links (to_thing, from_thing, kind);

    CREATE TABLE reporters (
      id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, contact_hash BLOB, details BLOB) STRICT;
    CREATE UNIQUE INDEX reporters_contact ON reporters (contact_hash);
    CREATE INDEX reporters_subject ON reporters (subject);

    CREATE TABLE erasures (subject INTEGER PRIMARY KEY) STRICT;

    CREATE TABLE signals (
      id INTEGER PRIMARY KEY, channel TEXT NOT NULL, external_id TEXT NOT NULL,
      received_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL, item TEXT, title TEXT NOT NULL,
      text TEXT NOT NULL, address TEXT NOT NULL, longitude REAL, latitude REAL, \(areas),
      thing INTEGER, reporter INTEGER, evidence BLOB NOT NULL, raw BLOB, raw_subject INTEGER,
      digest BLOB NOT NULL, event INTEGER, rival_of INTEGER) STRICT;
    CREATE UNIQUE INDEX signals_key ON signals (channel, external_id) WHERE rival_of IS NULL;
    CREATE INDEX signals_rival ON signals (rival_of, digest) WHERE rival_of IS NOT NULL;
    CREATE INDEX signals_event ON signals (event, id);
    CREATE INDEX signals_subject ON signals (raw_subject) WHERE raw_subject IS NOT NULL;

    CREATE TABLE events (
      id INTEGER PRIMARY KEY, item TEXT, title TEXT NOT NULL, address TEXT NOT NULL,
      longitude REAL, latitude REAL, \(areas), thing INTEGER, first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL, signals INTEGER NOT NULL, state TEXT NOT NULL, case_id INTEGER,
      merged_into INTEGER, version INTEGER NOT NULL, cell_y INTEGER, cell_x INTEGER) STRICT;
    CREATE INDEX events_near ON events (item, cell_y, cell_x) WHERE state = 'open';
    CREATE INDEX events_open ON events (id) WHERE state = 'open';
    CREATE INDEX events_area_3 ON events (area_3, id);

    CREATE TABLE cases (
      id INTEGER PRIMARY KEY, number_day INTEGER NOT NULL, number_serial INTEGER NOT NULL,
      event INTEGER NOT NULL, channel TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
      address TEXT NOT NULL, longitude REAL, latitude REAL, thing INTEGER, reporter INTEGER,
      filed_at INTEGER NOT NULL, flow TEXT NOT NULL, flow_version INTEGER NOT NULL,
      stage TEXT NOT NULL, item TEXT, grade TEXT NOT NULL, \(areas), \(units), handler INTEGER,
      due INTEGER, order_id INTEGER, since INTEGER NOT NULL, closed_at INTEGER, verdict TEXT,
      version INTEGER NOT NULL, reworks INTEGER NOT NULL, returns INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX cases_number ON cases (number_day, number_serial);
    CREATE INDEX cases_stage ON cases (stage, id);
    CREATE INDEX cases_item ON cases (item, id);
    CREATE INDEX cases_channel ON cases (channel, id);
    CREATE INDEX cases_grade ON cases (grade, id);
    CREATE INDEX cases_area_3 ON cases (area_3, id);
    CREATE INDEX cases_area_4 ON cases (area_4, id);
    CREATE INDEX cases_unit_2 ON cases (unit_2, id);
    CREATE INDEX cases_unit_3 ON cases (unit_3, id);
    CREATE INDEX cases_open ON cases (id) WHERE closed_at IS NULL;
    CREATE INDEX cases_due ON cases (due, id) WHERE closed_at IS NULL;
    CREATE INDEX cases_handler ON cases (handler, id) WHERE handler IS NOT NULL;

    CREATE TABLE steps (
      case_id INTEGER NOT NULL, sequence INTEGER NOT NULL, action TEXT NOT NULL,
      from_stage TEXT NOT NULL, to_stage TEXT NOT NULL, at INTEGER NOT NULL, staff INTEGER,
      \(units), note TEXT NOT NULL, evidence BLOB NOT NULL, took INTEGER NOT NULL,
      PRIMARY KEY (case_id, sequence)) STRICT, WITHOUT ROWID;

    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, \(units), \(areas), staff INTEGER,
      state TEXT NOT NULL, opened_at INTEGER NOT NULL, due INTEGER, accepted_at INTEGER,
      reported_at INTEGER, ended_at INTEGER) STRICT;
    CREATE INDEX orders_case ON orders (case_id, id);
    CREATE INDEX orders_unit_2 ON orders (unit_2, id);
    CREATE INDEX orders_unit_3 ON orders (unit_3, id);
    CREATE INDEX orders_live ON orders (id) WHERE ended_at IS NULL;

    CREATE TABLE scores (
      unit INTEGER NOT NULL, street INTEGER NOT NULL, item TEXT NOT NULL, month INTEGER NOT NULL,
      dispatched INTEGER NOT NULL, closed INTEGER NOT NULL, closed_in_time INTEGER NOT NULL,
      reworks INTEGER NOT NULL, returns INTEGER NOT NULL, not_confirmed INTEGER NOT NULL,
      handling INTEGER NOT NULL, weight INTEGER NOT NULL, weight_in_time INTEGER NOT NULL,
      PRIMARY KEY (month, unit, street, item)) STRICT, WITHOUT ROWID;

    CREATE TABLE tallies (
      dimension TEXT NOT NULL, key INTEGER NOT NULL, stage TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (dimension, key, stage)) STRICT, WITHOUT ROWID;
    """
}
