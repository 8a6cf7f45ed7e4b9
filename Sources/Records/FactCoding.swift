import City
package import JSONText
package import Ports

/// The journal's coding of facts: readable JSON with short names that never change once released.
///
/// A body is an array with one object a fact, whose only member has the fact's name:
/// `[{"caseMoved":{"id":7,"state":{…}}},{"step":{…}}]`. What one version wrote, every later
/// version reads: a change of the form raises `version` and adds a translation for the old one.
package enum FactCoding {
  /// The version that `encode` writes.
  package static let version = 1
  /// The largest body that is read. A store refuses to write a larger one.
  package static let bytesMax = 64 << 20

  private static let limits = JSONLimits(
    bytesMax: bytesMax, depthMax: 16, membersMax: 4 << 20, stringBytesMax: bytesMax)

  /// Writes the body of an entry. Equal facts give equal bytes.
  package static func encode(_ facts: [Fact], into writer: inout JSONWriter) {
    writer.beginArray()
    for fact in facts {
      writer.beginObject()
      write(fact, &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  /// The body of an entry, for a caller without a writer of its own.
  package static func body(of facts: [Fact]) -> [UInt8] {
    var writer = JSONWriter()
    encode(facts, into: &writer)
    return writer.take()
  }

  /// Reads what `encode` of this or an earlier version wrote.
  ///
  /// - Throws: `FactCodingFault`; nothing is left out or guessed.
  package static func decode(
    _ bytes: [UInt8], version: Int
  ) throws(FactCodingFault) -> [Fact] {
    guard version == Self.version else { throw .unknownVersion(version) }
    let body: JSON
    do throws(JSONFault) {
      body = try JSON.parse(bytes, limits: limits)
    } catch {
      throw .malformed(error)
    }
    guard case .array(let elements) = body else { throw .shape }
    var facts: [Fact] = []
    facts.reserveCapacity(elements.count)
    for element in elements {
      guard case .object(let members) = element, members.count == 1 else { throw .shape }
      facts.append(try fact(members[0]))
    }
    return facts
  }

  private static func fact(_ member: JSONMember) throws(FactCodingFault) -> Fact {
    guard let name = FactName(rawValue: member.name) else { throw .unknownFact(member.name) }
    var fields = try FactFields(member, isText: name == .note)
    return try read(name, &fields)
  }

  /// What facts are called in a body. A released name never changes its meaning.
  enum FactName: String, CaseIterable {
    case area, unit, staff, duty, account, credential, thing, link, reporter, signal
    case signalJoined, event, caseFiled, caseMoved, step, order, score, pack, erased, note
    case alarm, followed, resemblance, topic, document, model, modelUse, choice, word
    case maintenance, grant, reveal, judgement, warned, warning, period, appeal, view, taskReport
    case graded, supervision, notice, absence, exhibit, custody, ended, series, ledgerEntry, patrol
    case consent
  }

  private static func write(_ fact: Fact, _ writer: inout JSONWriter) {
    func object(_ name: FactName, _ fill: (inout JSONWriter) -> Void) {
      writer.object(name.rawValue, fill)
    }
    switch fact {
    case .area(let area): object(.area) { AreaCoding.write(area, &$0) }
    case .unit(let unit): object(.unit) { UnitCoding.write(unit, &$0) }
    case .staff(let staff): object(.staff) { StaffCoding.write(staff, &$0) }
    case .duty(let duty): object(.duty) { DutyCoding.write(duty, &$0) }
    case .account(let account): object(.account) { AccountCoding.write(account, &$0) }
    case .credential(let credential):
      object(.credential) { CredentialCoding.write(credential, &$0) }
    case .thing(let thing): object(.thing) { ThingCoding.write(thing, &$0) }
    case .link(let link): object(.link) { LinkCoding.write(link, &$0) }
    case .reporter(let reporter): object(.reporter) { ReporterCoding.write(reporter, &$0) }
    case .signal(let signal): object(.signal) { SignalCoding.write(signal, &$0) }
    case .signalJoined(let signal, let event):
      object(.signalJoined) { writer in
        writer.member("id", signal)
        writer.member("event", event)
      }
    case .event(let event): object(.event) { EventCoding.write(event, &$0) }
    case .caseFiled(let filed): object(.caseFiled) { CaseCoding.write(filed, &$0) }
    case .caseMoved(let id, let state):
      object(.caseMoved) { writer in
        writer.member("id", id)
        writer.object("state") { CaseStateCoding.write(state, &$0) }
      }
    case .step(let step): object(.step) { StepCoding.write(step, &$0) }
    case .order(let order): object(.order) { OrderCoding.write(order, &$0) }
    case .score(let change): object(.score) { ScoreCoding.write(change, &$0) }
    case .pack(let version): object(.pack) { PackVersionCoding.write(version, &$0) }
    case .alarm(let alarm): object(.alarm) { AlarmCoding.write(alarm, &$0) }
    case .followed(let position): object(.followed) { FollowerCoding.write(position, &$0) }
    case .resemblance(let found): object(.resemblance) { ResemblanceCoding.write(found, &$0) }
    case .topic(let topic): object(.topic) { TopicCoding.write(topic, &$0) }
    case .document(let document): object(.document) { DocumentCoding.write(document, &$0) }
    case .model(let version): object(.model) { ModelCoding.write(version, &$0) }
    case .modelUse(let use): object(.modelUse) { ModelUseCoding.write(use, &$0) }
    case .choice(let choice): object(.choice) { ChoiceCoding.write(choice, &$0) }
    case .word(let word): object(.word) { LexiconCoding.write(word, &$0) }
    case .maintenance(let time): object(.maintenance) { MaintenanceCoding.write(time, &$0) }
    case .grant(let grant): object(.grant) { GrantCoding.write(grant, &$0) }
    case .reveal(let reveal): object(.reveal) { RevealCoding.write(reveal, &$0) }
    case .judgement(let judgement): object(.judgement) { JudgementCoding.write(judgement, &$0) }
    case .warned(let warning): object(.warned) { ClockWarningCoding.write(warning, &$0) }
    case .warning(let warning): object(.warning) { WarningCoding.write(warning, &$0) }
    case .period(let period): object(.period) { PeriodCoding.write(period, &$0) }
    case .appeal(let appeal): object(.appeal) { AppealCoding.write(appeal, &$0) }
    case .view(let view): object(.view) { ViewCoding.write(view, &$0) }
    case .taskReport(let report): object(.taskReport) { TaskReportCoding.write(report, &$0) }
    case .graded(let grading): object(.graded) { GradingCoding.write(grading, &$0) }
    case .supervision(let found): object(.supervision) { SupervisionCoding.write(found, &$0) }
    case .notice(let notice): object(.notice) { NoticeCoding.write(notice, &$0) }
    case .absence(let absence): object(.absence) { AbsenceCoding.write(absence, &$0) }
    case .exhibit(let exhibit): object(.exhibit) { ExhibitCoding.write(exhibit, &$0) }
    case .custody(let act): object(.custody) { CustodyCoding.write(act, &$0) }
    case .ended(let certificate): object(.ended) { CertificateCoding.write(certificate, &$0) }
    case .series(let part): object(.series) { SeriesCoding.write(part, &$0) }
    case .ledgerEntry(let entry): object(.ledgerEntry) { LedgerCoding.write(entry, &$0) }
    case .patrol(let patrol): object(.patrol) { PatrolCoding.write(patrol, &$0) }
    case .consent(let consent): object(.consent) { ConsentCoding.write(consent, &$0) }
    case .erased(let subject): object(.erased) { $0.member("subject", subject) }
    case .note(let text): writer.text(FactName.note.rawValue, text)
    }
  }

  private static func read(
    _ name: FactName, _ fields: inout FactFields
  ) throws(FactCodingFault) -> Fact {
    switch name {
    case .area: return .area(try AreaCoding.read(&fields))
    case .unit: return .unit(try UnitCoding.read(&fields))
    case .staff: return .staff(try StaffCoding.read(&fields))
    case .duty: return .duty(try DutyCoding.read(&fields))
    case .account: return .account(try AccountCoding.read(&fields))
    case .credential: return .credential(try CredentialCoding.read(&fields))
    case .thing: return .thing(try ThingCoding.read(&fields))
    case .link: return .link(try LinkCoding.read(&fields))
    case .reporter: return .reporter(try ReporterCoding.read(&fields))
    case .signal: return .signal(try SignalCoding.read(&fields))
    case .signalJoined:
      let fact = Fact.signalJoined(try fields.id("id"), try fields.id("event"))
      try fields.finish(["id", "event"])
      return fact
    case .event: return .event(try EventCoding.read(&fields))
    case .caseFiled: return .caseFiled(try CaseCoding.read(&fields))
    case .caseMoved:
      let fact = Fact.caseMoved(try fields.id("id"), try CaseStateCoding.readMember(&fields))
      try fields.finish(["id", "state"])
      return fact
    case .step: return .step(try StepCoding.read(&fields))
    case .order: return .order(try OrderCoding.read(&fields))
    case .score: return .score(try ScoreCoding.read(&fields))
    case .pack: return .pack(try PackVersionCoding.read(&fields))
    case .alarm: return .alarm(try AlarmCoding.read(&fields))
    case .followed: return .followed(try FollowerCoding.read(&fields))
    case .resemblance: return .resemblance(try ResemblanceCoding.read(&fields))
    case .topic: return .topic(try TopicCoding.read(&fields))
    case .document: return .document(try DocumentCoding.read(&fields))
    case .model: return .model(try ModelCoding.read(&fields))
    case .modelUse: return .modelUse(try ModelUseCoding.read(&fields))
    case .choice: return .choice(try ChoiceCoding.read(&fields))
    case .word: return .word(try LexiconCoding.read(&fields))
    case .maintenance: return .maintenance(try MaintenanceCoding.read(&fields))
    case .grant: return .grant(try GrantCoding.read(&fields))
    case .reveal: return .reveal(try RevealCoding.read(&fields))
    case .judgement: return .judgement(try JudgementCoding.read(&fields))
    case .warned: return .warned(try ClockWarningCoding.read(&fields))
    case .warning: return .warning(try WarningCoding.read(&fields))
    case .period: return .period(try PeriodCoding.read(&fields))
    case .appeal: return .appeal(try AppealCoding.read(&fields))
    case .view: return .view(try ViewCoding.read(&fields))
    case .taskReport: return .taskReport(try TaskReportCoding.read(&fields))
    case .graded: return .graded(try GradingCoding.read(&fields))
    case .supervision: return .supervision(try SupervisionCoding.read(&fields))
    case .notice: return .notice(try NoticeCoding.read(&fields))
    case .absence: return .absence(try AbsenceCoding.read(&fields))
    case .exhibit: return .exhibit(try ExhibitCoding.read(&fields))
    case .custody: return .custody(try CustodyCoding.read(&fields))
    case .ended: return .ended(try CertificateCoding.read(&fields))
    case .series: return .series(try SeriesCoding.read(&fields))
    case .ledgerEntry: return .ledgerEntry(try LedgerCoding.read(&fields))
    case .patrol: return .patrol(try PatrolCoding.read(&fields))
    case .consent: return .consent(try ConsentCoding.read(&fields))
    case .erased:
      let fact = Fact.erased(try fields.id("subject"))
      try fields.finish(["subject"])
      return fact
    case .note: return .note(try fields.text("note"))
    }
  }
}
