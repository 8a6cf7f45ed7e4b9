/// The steps of the schema that came last, in the order in which they came.
extension Schema {
  /// Evidence of cases, and who had it in hand.
  static let evidence = """
    CREATE TABLE exhibits (
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, file BLOB NOT NULL,
      body BLOB NOT NULL) STRICT;
    CREATE INDEX exhibits_case ON exhibits (case_id, id);
    CREATE INDEX exhibits_file ON exhibits (file, id);
    CREATE TABLE custody (
      id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, kind TEXT NOT NULL,
      body BLOB NOT NULL) STRICT;
    CREATE INDEX custody_case ON custody (case_id, id);
    CREATE INDEX custody_kind ON custody (case_id, kind, id);
    """

  /// What came to its end, and what still may.
  static let retention = """
    CREATE TABLE certificates (
      id INTEGER PRIMARY KEY, rule TEXT NOT NULL, data TEXT NOT NULL, at INTEGER NOT NULL,
      before_at INTEGER NOT NULL, records INTEGER NOT NULL, digest BLOB NOT NULL) STRICT;
    CREATE INDEX reporters_held ON reporters (id) WHERE details IS NOT NULL;
    CREATE INDEX signals_unnamed ON signals (id)
      WHERE reporter IS NULL AND raw_subject IS NOT NULL AND raw <> x'';
    CREATE INDEX credentials_ended ON credentials (expires_at) WHERE form = 'session';
    CREATE INDEX notices_told ON notices (at, id) WHERE state <> 'waiting';
    """

  /// Values of imported series, a row a part.
  static let series = """
    CREATE TABLE series_parts (
      id INTEGER PRIMARY KEY, series TEXT NOT NULL, points BLOB NOT NULL) STRICT;
    """

  /// What deciding a step asks of a case with a long history. Steps before the 64th, and orders that
  /// ended, cost these indexes nothing.
  static let longCases = """
    CREATE INDEX steps_late ON steps (case_id, action, staff) WHERE sequence >= 64;
    CREATE INDEX orders_now ON orders (case_id, id) WHERE ended_at IS NULL;
    """

  /// Where another system said to go on.
  static let exchanges = """
    ALTER TABLE followers ADD COLUMN mark TEXT NOT NULL DEFAULT '';
    """

  /// What people agreed to, sealed for each.
  static let consents = """
    CREATE TABLE consents (
      id INTEGER PRIMARY KEY, reporter INTEGER NOT NULL, at INTEGER NOT NULL,
      subject INTEGER NOT NULL, details BLOB NOT NULL) STRICT;
    CREATE INDEX consents_reporter ON consents (reporter, id);
    CREATE INDEX consents_subject ON consents (subject);
    """

  /// Of closed events what tells whether they fit a place and a time, so that those that do not are
  /// never read: a busy place has them on as many pages as it has problems. The state is there for
  /// SQLite 3.40, which calls no index covering without it.
  static let closedPlaces = """
    DROP INDEX events_closed_near;
    CREATE INDEX events_closed_near
      ON events (item, cell_y, cell_x, id, last_at, longitude, latitude, state)
      WHERE state = 'closed';
    """
}
