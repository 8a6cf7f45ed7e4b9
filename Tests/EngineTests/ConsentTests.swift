import City
import Discovering
import Engine
import LoopFixture
import Pack
import Ports
import StoreMemory
import Testing

/// What people agree to is kept sealed, at most so often, and asked before their contact is used.
@Suite struct ConsentTests {
  static let rows: [(basis: Purpose.Basis, said: Bool?, channel: Channel, permits: Bool)] = [
    (.duty, nil, .citizen, true), (.duty, false, .citizen, true),
    (.consent, nil, .citizen, false), (.consent, nil, .hotline, true),
    (.consent, true, .citizen, true), (.consent, false, .citizen, false),
    (.consent, false, .hotline, false),
  ]

  @Test(arguments: rows.indices)
  func whatIsPermittedFollowsFromGroundChannelAndWord(_ index: Int) {
    let row = Self.rows[index]
    let purpose = Purpose(
      code: "x", name: "x", use: .callBack, basis: row.basis, asked: [.citizen], version: 1,
      wording: "x", why: "x")
    #expect(purpose.permits(row.said, through: row.channel) == row.permits)
  }

  @Test(arguments: StoreKind.allCases)
  func onePersonSaysSoOftenAtMost(_ kind: StoreKind) async throws {
    try await Loop.with(kind) { loop in
      let outcome = try await loop.send(
        Loop.signal("p1") { draft in
          draft.reporterName = "赵钱孙"
          draft.reporterPhone = "19900004321"
        })
      let report = try #require(try await loop.store.load(outcome.signal))
      let reporter = try #require(report.reporter)
      let desk = ConsentDesk(engine: loop.engine)
      let purpose = try #require(loop.engine.catalogue.purposes.first { $0.use == .contact })
      for number in 0..<Consent.recordsMax {
        try await desk.keep(
          [ConsentDraft(purpose, isGiven: number % 2 == 0, way: .page)], of: reporter,
          by: .engine("public"), request: "\(number)")
      }
      await #expect(throws: ConsentFault.tooMany(max: Consent.recordsMax)) {
        try await desk.keep(
          [ConsentDraft(purpose, isGiven: true, way: .page)], of: reporter,
          by: .engine("public"), request: "")
      }
      let records = try await desk.records(of: reporter)
      #expect(records.count == Consent.recordsMax)
      #expect(records.last?.details.isGiven == false && records.first?.details.isGiven == true)
      let duty = try #require(loop.engine.catalogue.purposes.first { $0.basis == .duty })
      await #expect(throws: ConsentFault.duty(duty.code)) {
        try await desk.keep(
          [ConsentDraft(duty, isGiven: false, way: .page)], of: reporter,
          by: .engine("public"), request: "")
      }
      // What the journal holds is noise without the key.
      let entries = try await loop.store.entries(after: 0, limit: 1_000)
      let kept = entries.flatMap(\.facts).compactMap { fact -> Consent? in
        if case .consent(let consent) = fact { consent } else { nil }
      }
      #expect(kept.count == Consent.recordsMax)
      #expect(
        kept.allSatisfy {
          !String(decoding: $0.details.bytes, as: UTF8.self).contains(purpose.code)
        })
      if let memory = loop.store as? MemoryStore { #expect(await memory.rebuildsAlike()) }
    }
  }
}
