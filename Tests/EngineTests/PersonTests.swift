import City
import Discovering
import Engine
import Foundation
import LoopFixture
import Ports
import Testing
import Vault

/// Who told us stays sealed, is found again by the contact alone, and can be erased.
@Suite struct PersonTests {
  private static let name = "欧阳明月"
  private static let phone = "13912345678"

  private static func signal(_ id: String, phone: String = phone) -> IncomingSignal {
    let signal = Loop.signal(id, title: "\(name)反映噪声") { draft in
      draft.reporterName = name
      draft.reporterPhone = phone
      draft.text = "我是\(name)，电话 139-1234-5678，身份证 110101199003078515"
      draft.address = "某路 5 号，\(name)，\(phone)"
    }
    return IncomingSignal(
      channel: .hotline, draft: signal.draft,
      raw: Array("\(id) \(signal.draft.text) \(name) \(phone)".utf8))
  }

  private static func expectMasked(_ text: String) {
    #expect(!text.contains(name))
    #expect(!text.contains(phone))
    #expect(!text.contains("139-1234-5678"))
    #expect(!text.contains("110101199003078515"))
  }

  @Test(arguments: StoreKind.allCases)
  func textsAreMaskedAndTheRawInputIsSealed(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let sent = Self.signal("1")
      let outcome = try await loop.send(sent)
      let signal = try await loop.load(outcome.signal)
      let found = try await loop.load(outcome.case)
      let event = try await loop.load(outcome.event)
      for text in [
        signal.title, signal.text, signal.address, found.filing.title, found.filing.text,
        found.filing.address, event.title, event.address,
      ] { Self.expectMasked(text) }
      #expect(signal.address.hasPrefix("某路 5 号"))
      guard case .sealed(let sealed) = signal.raw else {
        Issue.record("the raw input lies open")
        return
      }
      #expect(try loop.keys.open(sealed) == sent.raw)
      let reporter = try await loop.load(found.filing.reporter)
      let hidden = try #require(reporter.details)
      let details = ReporterCoding.decode(try loop.keys.open(hidden))
      #expect(details == ReporterDetails(name: Self.name, phone: Self.phone))
    }
  }

  @Test func personalNumbersWithoutAReporterAreSealedToo() async throws {
    try await Loop.with(.memory) { loop in
      let text = "联系人电话 13912345678"
      let plain = Loop.signal("1") { $0.text = text }
      let outcome = try await loop.send(
        IncomingSignal(channel: .hotline, draft: plain.draft, raw: Array(text.utf8)))
      let signal = try await loop.load(outcome.signal)
      Self.expectMasked(signal.text)
      guard case .sealed(let sealed) = signal.raw else {
        Issue.record("the raw input lies open")
        return
      }
      #expect(try loop.keys.open(sealed) == Array(text.utf8))
    }
  }

  @Test func whatSpeaksOfNobodyStaysPlain() async throws {
    try await Loop.with(.memory) { loop in
      let sent = Loop.signal("1")
      let outcome = try await loop.send(sent)
      #expect(try await loop.store.load(outcome.signal)?.raw == .plain(sent.raw))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func theSameContactIsTheSameReporter(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let first = try await loop.send(Self.signal("1"))
      let second = try await loop.send(Self.signal("2", phone: "139 1234 5678"))
      let third = try await loop.send(Self.signal("3", phone: "13900000000"))
      var reporters: [ID<Reporter>?] = []
      for outcome in [first, second, third] {
        reporters.append(try await loop.store.load(outcome.signal)?.reporter)
      }
      #expect(reporters[0] != nil)
      #expect(reporters[0] == reporters[1])
      #expect(reporters[2] != reporters[0])
    }
  }

  @Test func twoFirstSignalsOfOnePersonAtOnceMakeOneReporter() async throws {
    try await Loop.with(.sqlite) { loop in
      let reporters = try await withThrowingTaskGroup(of: ID<Reporter>?.self) { group in
        for index in 0..<8 {
          group.addTask {
            let outcome = try await loop.send(Self.signal("\(index)"))
            return try await loop.store.load(outcome.signal)?.reporter
          }
        }
        return try await group.reduce(into: Set<ID<Reporter>?>()) { $0.insert($1) }
      }
      #expect(reporters.count == 1)
      #expect(reporters.first != .some(nil))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func anErasedPersonIsNowhere(kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let outcome = try await loop.send(Self.signal("1"))
      let erasure = Erasure(engine: loop.engine)
      let before = try await loop.store.load(outcome.signal)
      let reporter = try #require(
        try await erasure.erase(contact: "139-1234-5678", by: .local("test"), request: ""))
      #expect(reporter == before?.reporter)
      #expect(try await loop.store.load(reporter)?.details == nil)
      guard case .sealed(let sealed) = before?.raw else {
        Issue.record("the raw input lay open")
        return
      }
      #expect(throws: SealingFault.keyDestroyed(sealed.subject)) { try loop.keys.open(sealed) }
      if case .sealed(let rest) = try await loop.store.load(outcome.signal)?.raw {
        #expect(rest.bytes.isEmpty)
      }
      await #expect(throws: ErasureFault.unknownReporter) {
        try await erasure.erase(contact: Self.phone, by: .local("test"), request: "")
      }
      // Who comes back is a new person.
      let back = try await loop.send(Self.signal("2"))
      let again = try await loop.store.load(back.signal)?.reporter
      #expect(again != nil)
      #expect(again != reporter)
    }
  }

  @Test func noFileHoldsThePersonInTheClear() async throws {
    try await Loop.with(.sqlite) { loop in
      try await loop.send(Self.signal("1"))
      try await loop.send(Self.signal("1x"))
      let files = try #require(FileManager.default.enumerator(atPath: loop.folder))
      var looked = 0
      for case let name as String in files {
        guard let bytes = FileManager.default.contents(atPath: loop.folder + "/" + name) else {
          continue
        }
        looked += 1
        for secret in [Self.name, Self.phone, "139-1234-5678", "110101199003078515"] {
          #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret) in \(name)")
        }
      }
      #expect(looked >= 3)
    }
  }
}
