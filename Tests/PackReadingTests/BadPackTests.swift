import Pack
import PackReading
import Testing

@Suite("A bad pack")
struct BadPackTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let path: String
    let old: String
    let new: String
    let expected: [String]
    var testDescription: String { expected.first ?? "\(path) stays good" }

    init(_ path: String, _ old: String, _ new: String, _ expected: String...) {
      self.path = path
      self.old = old
      self.new = new
      self.expected = expected
    }
  }

  static let valuesRows: [Row] = [
    Row(
      "pack.yaml", "version: 1", "version: one",
      "small/pack.yaml:3: `version` must be a whole number"),
    Row(
      "pack.yaml", "version: 1", "version: 0",
      "small/pack.yaml:3: `version` is 0; allowed: 1 to 1000000"),
    Row("pack.yaml", "title: 小包", "title: \"\"", "small/pack.yaml:2: `title` must not be empty"),
    Row("pack.yaml", "title: 小包", "title: ~", "small/pack.yaml:2: `title` must not be empty"),
    Row("pack.yaml", "title: 小包\n", "", "small/pack.yaml:1: pack lacks the key `title`"),
    Row(
      "pack.yaml", "title:", "name: x\ntitle:",
      "small/pack.yaml:2: `name` is no key of pack; known: id, title, version, depends"),
    Row(
      "pack.yaml", "id: small", "id: big",
      "small/pack.yaml:1: the pack's id `big` must be the name of its folder"),
    Row(
      "pack.yaml", "version: 1", "version: 1\ndepends: [other]",
      "small/pack.yaml:1: the pack depends on `other`, which is not there"),
    Row(
      "duties.yaml", "level: street", "level: town",
      "small/duties.yaml:2: `town` is not known for `level`; allowed: district, street"),
    Row(
      "duties.yaml", "code: cleaning", "code: clean_ing",
      "small/duties.yaml:2: `clean_ing` is no code: ASCII letters and digits with single hyphens between, at most 64"
    ),
    Row(
      "posts.yaml", "[read, handle]", "[read, fly, read]",
      "small/posts.yaml:2: `fly` is not known for `permissions`; allowed: submit, read, handle, reveal, correct, warn, evaluate, master, administer, secure, audit",
      "small/posts.yaml:2: `read` stands twice in `permissions`"),
    Row(
      "posts.yaml", "permissions: [read]", "permissions: read",
      "small/posts.yaml:4: `permissions` must be a list"),
    Row(
      "hours.yaml", "09:00-12:00", "9:00-12:00",
      "small/hours.yaml:5: `9:00-12:00` is no span of a day; write 09:00-12:00"),
    Row(
      "hours.yaml", "worksOnHolidays: false", "worksOnHolidays: no",
      "small/hours.yaml:6: `worksOnHolidays` must be true or false"),
    Row(
      "items/dirt.yaml", "amount: 4", "amount: 0",
      "small/items/dirt.yaml:10: `amount` is 0; allowed: 1 to 100000"),
    Row(
      "items/dirt.yaml", "grade: yellow", "grade: pink",
      "small/items/dirt.yaml:7: `pink` is not known for `grade`; allowed: red, orange, yellow, blue"
    ),
    Row(
      "items/dirt.yaml", "[垃圾, 脏乱]", "[垃圾, [脏]]",
      "small/items/dirt.yaml:15: `words` must be text"),
    Row(
      "items/dirt.yaml", "[垃圾, 脏乱]", "[垃圾, 垃圾]",
      "small/items/dirt.yaml:15: `垃圾` stands twice in `words`"),
    Row(
      "flows/short.yaml", "effects: [dispatch]", "effects: [fly]",
      "small/flows/short.yaml:15: `fly` is not known for `effects`; allowed: dispatch, accept, assign, report, rework, giveBack, reclassify, askExtension, grantExtension, refuseExtension, reopen, split, finishPart, disputePart, upholdPart, releasePart, takeBack, passUp, vouch, call, assignChecker, close: passed"
    ),
    Row(
      "flows/short.yaml", "close: passed", "close: rework",
      "small/flows/short.yaml:22: `rework` is not known for `close`; allowed: passed, notConfirmed, void"
    ),
    Row(
      "calendar/2026.yaml", "from: 2026-01-01", "from: 2026-02-30",
      "small/calendar/2026.yaml:3: `2026-02-30` is no date; write 2026-01-31"),
    Row(
      "profiles/sheet.yaml", "id: 编号", "ident: 编号",
      "small/profiles/sheet.yaml:9: `ident` is no key of columns; known: id, title, text, type, created, closed, status, address, longitude, latitude, unit, reporterName, reporterPhone, reply"
    ),
    // Every finding is told, not only the first.
    Row(
      "categories.yaml",
      "  - { code: events, name: 事件 }\n  - { code: dirt, name: 市容, parent: events }",
      "  - { code: Ä }\n  - 7",
      "small/categories.yaml:2: `Ä` is no code: ASCII letters and digits with single hyphens between, at most 64",
      "small/categories.yaml:3: `category` must be a table"),
  ]

  static let wholeRows: [Row] = [
    Row(
      "categories.yaml", "parent: events", "parent: nowhere",
      "small/categories.yaml:3: there is no category `nowhere`"),
    Row(
      "categories.yaml", "name: 事件 }", "name: 事件, parent: dirt }",
      "small/categories.yaml:2: the category `events` lies within itself",
      "small/categories.yaml:3: the category `dirt` lies within itself"),
    Row(
      "categories.yaml", "code: dirt, name: 市容", "code: events, name: 市容",
      "small/categories.yaml:3: the category `events` is defined twice",
      "small/categories.yaml:3: the category `events` lies within itself",
      "small/items/dirt.yaml:2: there is no category `dirt`"),
    Row(
      "posts.yaml", "name: 办理员", "name: 派单员",
      "small/posts.yaml:3: two posts are called `派单员`: people could not tell them apart",
      "small/tests/one.story:10: cannot read this line: there is no post `办理员`",
      "small/tests/one.story:8: cannot read this line: `派单员` may mean dispatcher or handler; write the code"
    ),
    Row(
      "items/dirt.yaml", "name: handle", "name: stop",
      "small/items/dirt.yaml:2: the item `garbage` has no clock named `handle`"),
    Row(
      "items/dirt.yaml", "flow: short", "flow: long",
      "small/items/dirt.yaml:2: there is no flow `long`"),
    Row(
      "items/dirt.yaml", "duty: sanitation", "duty: cooking",
      "small/items/dirt.yaml:13: there is no duty `cooking`"),
    Row(
      "items/dirt.yaml", "{ duty: sanitation, place: district,",
      "{ duty: sanitation, place: district, areas: [a],",
      "small/items/dirt.yaml:13: the last rule of `garbage` must fit always: place district, no thingKind, no areas"
    ),
    Row(
      "items/dirt.yaml", "{ duty: cleaning, place: street,",
      "{ duty: sanitation, place: district,",
      "small/items/dirt.yaml:13: this rule is never tried: the rule before it fits always"),
    Row(
      "items/dirt.yaml", "{ duty: cleaning, place: street,",
      "{ duty: sanitation, place: street,",
      "small/items/dirt.yaml:12: the duty `sanitation` is held at district level, but the rule asks at street"
    ),
    Row(
      "items/dirt.yaml", "{ duty: cleaning,", "{ thingKind: tin, duty: cleaning,",
      "small/items/dirt.yaml:12: there is no kind `tin`"),
    Row(
      "items/dirt.yaml", "evidence: [photo]", "evidence: [photo, unit]",
      "small/items/dirt.yaml:2: `unit` is no evidence; allowed: note, photo, document"),
    Row(
      "items/dirt.yaml", "joinHours: 24", "joinHours: 0",
      "small/items/dirt.yaml:2: joinMetres and joinHours must both be 0 or both be above it"),
    Row(
      "items/dirt.yaml", "脏乱]", "脏]",
      "small/items/dirt.yaml:15: the word `脏` is too short to tell anything"),
    Row(
      "items/dirt.yaml", "    joinHours: 24",
      """
          joinHours: 24
        - code: dirt
          name: 不洁
          category: dirt
          filing: 有。
          closing: 无。
          grade: blue
          flow: short
          clocks: [{ name: handle, amount: 1, measure: days }]
          responsibility: [{ duty: sanitation, place: district, why: 区级。 }]
          words: [不洁, 垃圾]
      """,
      "small/items/dirt.yaml:18: no story dispatches the item `dirt`",
      "small/items/dirt.yaml:27: the word `垃圾` belongs to `garbage` too"),
    Row(
      "hours.yaml", "\"13:00-17:30\"", "\"11:00-17:30\"",
      "small/hours.yaml:2: spans of the hours `office` overlap or are out of order"),
    Row(
      "hours.yaml", "monday: [\"09:00-12:00\", \"13:00-17:30\"]", "monday: []",
      "small/hours.yaml:2: the hours `office` hold no working time at all"),
    Row(
      "kinds/all.yaml", "dataClass: public }",
      "dataClass: public }\n      - { name: volume, title: 容积, form: text, dataClass: public }",
      "small/kinds/all.yaml:6: the field `volume` is defined twice"),
    Row(
      "profiles/sheet.yaml", "脏: garbage", "脏: dust",
      "small/profiles/sheet.yaml:15: there is no item `dust`"),
    Row(
      "profiles/sheet.yaml", "  id: 编号\n", "",
      "small/profiles/sheet.yaml:1: the profile `sheet` needs the column `id`"),
    Row(
      "profiles/sheet.yaml", "  unit: 单位\n", "",
      "small/profiles/sheet.yaml:1: the profile `sheet` needs the column `unit`, as it names units"
    ),
  ]

  static let calendarsRows: [Row] = [
    Row(
      "calendar/2026.yaml", "2026-01-04,", "2026-01-05,",
      "small/calendar/2026.yaml:5: 2026-01-05 is a weekday, which is worked anyway"),
    Row(
      "calendar/2026.yaml", "2026-01-04,", "2026-02-21,",
      "small/calendar/2026.yaml:5: 2026-02-21 lies within the holiday `春节`"),
    Row(
      "calendar/2026.yaml", "2026-01-04,", "2025-01-04,",
      "small/calendar/2026.yaml:5: 2025-01-04 lies outside 2026"),
    Row(
      "calendar/2026.yaml", "2026-01-04,", "2026-02-14,",
      "small/calendar/2026.yaml:5: `2026-02-14` stands twice in `makeUpDays`"),
    Row(
      "calendar/2026.yaml", "from: 2026-01-01", "from: 2025-12-31",
      "small/calendar/2026.yaml:3: 2025-12-31 lies outside 2026"),
    Row(
      "calendar/2026.yaml", "from: 2026-02-15", "from: 2026-02-24",
      "small/calendar/2026.yaml:4: the holiday ends before it begins"),
    Row(
      "calendar/2026.yaml", "from: 2026-02-15", "from: 2026-01-03",
      "small/calendar/2026.yaml:4: the holiday overlaps `元旦`",
      "small/calendar/2026.yaml:5: 2026-01-04 lies within the holiday `春节`",
      "small/calendar/2026.yaml:5: 2026-02-14 lies within the holiday `春节`"),
  ]

  static let flowsRows: [Row] = [
    Row(
      "flows/short.yaml", "start: filed", "start: begin",
      "small/flows/short.yaml:1: there is no stage `begin`",
      "small/flows/short.yaml:6: nothing leads from the start to the stage `filed`",
      "small/flows/short.yaml:7: nothing leads from the start to the stage `handling`",
      "small/flows/short.yaml:8: nothing leads from the start to the stage `closed`"),
    Row(
      "flows/short.yaml", "  - { code: closed",
      "  - { code: lost, name: 丢失 }\n  - { code: closed",
      "small/flows/short.yaml:8: nothing leads from the start to the stage `lost`",
      "small/flows/short.yaml:8: nothing leads out of the stage `lost`, yet it is not final"),
    Row(
      "posts.yaml", "permissions: [read] }", "permissions: [read, audit, secure] }",
      "small/posts.yaml:4: the post `leader` holds audit, secure beside work that others watch"),
    Row(
      "flows/short.yaml", "posts: [dispatcher]", "posts: []",
      "small/flows/short.yaml:10: nobody may take `dispatch` from `filed`: posts are missing"),
    Row(
      "flows/short.yaml", "posts: [dispatcher]", "posts: [pope]",
      "small/flows/short.yaml:10: there is no post `pope`"),
    Row(
      "flows/short.yaml", "posts: [dispatcher]", "posts: [leader]",
      "small/flows/short.yaml:10: the post `leader` takes `dispatch` but has no permission `handle`"
    ),
    Row(
      "flows/short.yaml", "to: closed", "to: filed",
      "small/flows/short.yaml:6: no way leads from the stage `filed` to a final one",
      "small/flows/short.yaml:7: no way leads from the stage `handling` to a final one",
      "small/flows/short.yaml:8: nothing leads from the start to the stage `closed`",
      "small/flows/short.yaml:17: `close`: an edge has the effect close exactly where it leads to a final stage"
    ),
    Row(
      "flows/short.yaml", "  - action: close\n",
      """
        - { action: dispatch, name: 派单, from: filed, to: handling, posts: [dispatcher], why: 再派。 }
        - { action: reopen, name: 重启, from: closed, to: filed, posts: [handler], why: 重来。 }
        - action: close

      """,
      "small/flows/short.yaml:17: `dispatch` leads from `filed` twice",
      "small/flows/short.yaml:18: `reopen` leads out of the final stage `closed`"
    ),
    Row(
      "flows/short.yaml", "effects: [dispatch]", "effects: []",
      "small/flows/short.yaml:1: nothing in the flow `short` dispatches",
      "small/items/dirt.yaml:2: no story dispatches the item `garbage`"),
  ]

  static let storiesRows: [Row] = [
    Row(
      "story-words.yaml", "  east: 东\n", "",
      "small/story-words.yaml:3: words lacks the key `east`"),
    Row(
      "story-words.yaml", "hotline: 热线,", "hotline: 热 线,",
      "small/story-words.yaml:33: `hotline` must be one word without spaces"),
    Row(
      "tests/one.story", "派单员 派单", "派单员 跳舞",
      "small/tests/one.story:8: cannot read this line: there is no action `跳舞`"),
    Row(
      "tests/one.story", "立案 暴露垃圾，", "立案 火灾，",
      "small/tests/one.story:7: cannot read this line: there is no item `火灾`"),
    Row(
      "tests/one.story", "给 市容所", "给 公安局",
      "small/tests/one.story:8: cannot read this line: the story has no unit `公安局`"),
    Row(
      "tests/one.story", "照片 1", "照片 100",
      "small/tests/one.story:10: cannot read this line: `100` is no number from 0 to 20"),
    Row(
      "tests/one.story", "「有垃圾」", "「有垃圾",
      "small/tests/one.story:6: cannot read this line: a text is never closed"),
    Row(
      "tests/one.story", "日期 2026-03-10\n街道 清溪街道\n", "日期 2026-03-10\n",
      "small/tests/one.story:1: the story lacks 街道"),
    Row(
      "tests/one.story", "03-11 10:00", "03-10 08:00",
      "small/tests/one.story:10: time runs backwards here"),
    Row(
      "tests/one.story", "09:05 派单员", "09:65 派单员",
      "small/tests/one.story:8: cannot read this line: `09:65` is no time; write 09:30"),
    Row(
      "tests/one.story", "→ 结案 通过", "→ 结案 通过，并入 R9",
      "small/tests/one.story:11: cannot read this line: no signal `R9` came before"),
  ]

  @Test("is told by value", arguments: valuesRows)
  func value(_ row: Row) throws { try check(row) }

  @Test("is told by what does not fit together", arguments: wholeRows)
  func whole(_ row: Row) throws { try check(row) }

  @Test("is told by its calendar", arguments: calendarsRows)
  func calendar(_ row: Row) throws { try check(row) }

  @Test("is told by its flow", arguments: flowsRows)
  func flow(_ row: Row) throws { try check(row) }

  @Test("is told by its stories", arguments: storiesRows)
  func story(_ row: Row) throws { try check(row) }

  private func check(_ row: Row) throws {
    let reading = PackReader.read(files: try SmallPack.spoilt(row.path, row.old, row.new))
    #expect(reading.findings.map(\.text).sorted() == row.expected.sorted())
    let isRefused = reading.findings.contains { $0.severity == .error }
    #expect((reading.pack == nil) == isRefused)
  }
}
