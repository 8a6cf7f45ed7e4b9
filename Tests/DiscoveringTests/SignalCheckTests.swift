import City
import Testing

@testable import Discovering

struct SignalCheckTests {
  static let now = Instant(milliseconds: 1_763_611_200_000)

  static let times: [(Int64, String?)] = [
    (now.milliseconds, nil),
    (now.milliseconds + 5 * Duration.minute, nil),
    (now.milliseconds + 5 * Duration.minute + 1, "time.in_future"),
    (631_152_000_000, nil),
    (631_151_999_999, "time.too_early"),
    (Int64.min, "time.too_early"),
    (Int64.max, "time.in_future"),
  ]

  @Test("times a channel may name", arguments: times)
  func time(_ row: (Int64, String?)) {
    let got = Result { () throws(TimeRefusal) in
      try TimeRule.check(Instant(milliseconds: row.0), now: Self.now)
    }
    switch got {
    case .success: #expect(row.1 == nil)
    case .failure(let refusal):
      #expect(refusal.code == row.1)
      #expect(!refusal.facts.isEmpty)
    }
  }

  @Test("1990 is where the rule says")
  func earliest() throws {
    let date = try #require(CivilDate(year: 1990, month: 1, day: 1))
    #expect(TimeRule.earliest.milliseconds == Int64(date.daysSinceEpoch) * Duration.day)
  }

  static func draft(_ change: (inout SignalDraft) -> Void) -> SignalDraft {
    var draft = SignalDraft()
    draft.externalID = "S-1"
    draft.title = "道路积水"
    change(&draft)
    return draft
  }

  static func long(_ count: Int) -> String { String(repeating: "水", count: count) }

  static let rows: [(SignalDraft, [String])] = [
    (draft { _ in }, []),
    (SignalDraft(), ["externalId field.required", "text field.required"]),
    (draft { $0.title = " \n" }, ["text field.required"]),
    (
      draft {
        $0.title = ""
        $0.text = "积水"
      }, []
    ),
    (draft { $0.title = long(200) }, []),
    (draft { $0.title = long(201) }, ["title text.too_long"]),
    (draft { $0.text = long(10_001) }, ["text text.too_long"]),
    (draft { $0.address = long(301) }, ["address text.too_long"]),
    (draft { $0.externalID = long(129) }, ["externalId text.too_long"]),
    (draft { $0.externalID = "a\nb" }, ["externalId text.control_character"]),
    (draft { $0.text = "a\nb\tc" }, []),
    (draft { $0.text = "a\u{0}b" }, ["text text.control_character"]),
    (draft { $0.item = "water" }, []),
    (draft { $0.item = "nothing" }, ["item item.unknown"]),
    (draft { $0.item = long(65) }, ["item text.too_long"]),
    (
      draft {
        $0.longitude = 121
        $0.latitude = 31
      }, []
    ),
    (draft { $0.longitude = 121 }, ["position.latitude field.required"]),
    (
      draft {
        $0.longitude = .nan
        $0.latitude = 91
      }, ["position.longitude number.out_of_range", "position.latitude number.out_of_range"]
    ),
    (
      draft { $0.occurredAt = Instant(milliseconds: 0) }, ["occurredAt time.too_early"]
    ),
    (
      draft { $0.evidence = Array(repeating: FileDigest(Digest(bytes: digest)), count: 21) },
      ["evidence list.too_long"]
    ),
    (
      draft {
        $0.reporterName = long(65)
        $0.reporterPhone = "1\u{7F}"
      }, ["reporter.name text.too_long", "reporter.phone text.control_character"]
    ),
  ]
  static let digest = [UInt8](repeating: 0, count: Digest.byteCount)

  @Test("every fault of a signal is found at once", arguments: rows)
  func findings(_ row: (SignalDraft, [String])) {
    let found = SignalCheck.findings(of: row.0, now: Self.now) { $0 == "water" }
    #expect(found.map { "\($0.field) \($0.rule)" } == row.1)
  }

  @Test("findings say how long is too long")
  func facts() {
    let found = SignalCheck.findings(of: Self.draft { $0.title = Self.long(201) }, now: Self.now) {
      _ in true
    }
    #expect(found.first?.facts == ["length": "201", "max": "200"])
  }
}
