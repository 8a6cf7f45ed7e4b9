package import City
package import Discovering
import Dispatching
import Geography
import Handling
import Language
import Pack
package import Ports

/// What a channel sends, before anything is decided.
package struct IncomingSignal: Sendable {
  package let channel: Channel
  package var draft: SignalDraft
  /// What came in, byte for byte.
  package let raw: [UInt8]
  /// Whether an item that the channel did not name is looked for in the words.
  package let findsItem: Bool

  package init(channel: Channel, draft: SignalDraft, raw: [UInt8], findsItem: Bool = true) {
    self.channel = channel
    self.draft = draft
    self.raw = raw
    self.findsItem = findsItem
  }
}

/// What became of a signal.
package struct IntakeOutcome: Sendable, Equatable {
  /// The ways in which a signal is taken in.
  package enum Kind: String, Sendable {
    /// A new event, and a case for it.
    case opened
    /// It reports an event that was known.
    case joined
    /// The same signal was here before; nothing changed.
    case repeated
  }
  package let kind: Kind
  package let signal: ID<Signal>
  package let event: ID<Event>?
  package let `case`: ID<Case>?
  package let number: CaseNumber?
  /// The item under which it goes; nil = 未分类.
  package let item: String?
}

/// Why a signal led to no event.
package enum IntakeFault: Error, Equatable {
  case refused([SignalFinding])
  /// The same key came before with other content; both are kept. `kept` is nil where this rival was
  /// kept before.
  case rival(of: ID<Signal>, kept: ID<Signal>?)
  case unknownThing(String)
  /// Too many others decide about the same place just now.
  case crowded
  case sealing(SealingFault)
  case store(StoreFault)

  package var code: String {
    switch self {
    case .refused: "signal.refused"
    case .rival: "signal.rival"
    case .unknownThing: "signal.unknown_thing"
    case .crowded: "signal.crowded"
    case .sealing(let fault): fault.code
    case .store(let fault): fault.code
    }
  }
}

/// Takes signals in: locate → item → same problem again? → file → dispatch where the item lets the machine.
package struct Intake: Sendable {
  /// Open events of one item near by that are looked at.
  static let candidatesMax = 1_000

  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Decides and saves; a decision that raced another is made again.
  ///
  /// - Parameter moment: when it came in; nil = now. Only history names another moment.
  package func take(
    _ incoming: IncomingSignal, by actor: Actor, request: String, at moment: Instant? = nil
  ) async throws(IntakeFault) -> IntakeOutcome {
    let now = moment ?? engine.time.now
    let findings = SignalCheck.findings(of: incoming.draft, now: now) {
      engine.catalogue.item(code: $0) != nil
    }
    guard findings.isEmpty else { throw .refused(findings) }
    var prepared = try await prepare(incoming, at: now)
    var answer: Result<IntakeOutcome, IntakeFault>?
    for _ in 0..<engine.settings.attemptsMax {
      do throws(StoreFault) {
        answer = try await attempt(prepared, by: actor, request: request)
        break
      } catch {
        guard case .conflict(let condition) = error else { throw .store(error) }
        // Another signal of the same person came first: there is a reporter now.
        if case .contactAbsent = condition { prepared = try await prepare(incoming, at: now) }
      }
    }
    guard let answer else { throw .crowded }
    return try answer.get()
  }

  private func attempt(
    _ prepared: Prepared, by actor: Actor, request: String
  ) async throws(StoreFault) -> Result<IntakeOutcome, IntakeFault> {
    let around = try await engine.store.surroundings(of: question(prepared))
    if let known = around.known {
      return try await answer(known, prepared, by: actor, request: request)
    }
    return .success(try await decide(prepared, around, by: actor, request: request))
  }

  /// What is known of a signal before the events around it are looked at.
  struct Prepared {
    let incoming: IncomingSignal
    let now: Instant
    let digest: Digest
    let item: Item?
    /// What the machine made of the words; nil where the item was named, or not looked for.
    let reading: Understanding.Reading?
    let thing: Thing?
    let position: Position?
    let area: AreaPath
    let located: Located?
    let reporter: ID<Reporter>?
    /// Not stored yet: it is written together with the signal.
    let newReporter: Reporter?
    let raw: Payload
    let title: String
    let text: String
    let address: String
  }

  func prepare(
    _ incoming: IncomingSignal, at now: Instant
  ) async throws(IntakeFault) -> Prepared {
    let draft = incoming.draft
    let thing = try await thing(draft.thing)
    let place = await place(draft, thing)
    let masked = Self.masked(draft)
    let person = try await person(incoming, isPersonal: masked.hides(draft))
    let reading =
      draft.item == nil && incoming.findsItem
      ? engine.understanding.read(title: masked.title, text: masked.text) : nil
    let found = draft.item ?? reading?.decision.item
    return Prepared(
      incoming: incoming, now: now, digest: digest(of: incoming.raw, kept: person.raw),
      item: found.flatMap { engine.catalogue.item(code: $0) }, reading: reading, thing: thing,
      position: place.position, area: place.area, located: place.located,
      reporter: person.id, newReporter: person.new, raw: person.raw, title: masked.title,
      text: masked.text, address: masked.address)
  }

  /// Tells contents apart. Of what is sealed it is keyed: from a plain hash, and the text that
  /// stays, a number of eleven digits could be found again by trying.
  private func digest(of raw: [UInt8], kept: Payload) -> Digest {
    let plain = engine.sealing.digest(of: raw)
    guard case .sealed = kept else { return plain }
    return engine.sealing.blindHash(
      plain.bytes.map { String($0, radix: 16) }.joined(separator: " "))
  }

  private func thing(_ name: String?) async throws(IntakeFault) -> Thing? {
    guard let name else { return nil }
    do throws(StoreFault) {
      // `kind/code` as people write it, or the id that lists give.
      if let slash = name.firstIndex(of: "/") {
        let found = try await engine.store.thing(
          kind: String(name[..<slash]), code: String(name[name.index(after: slash)...]))
        if let found { return found }
      } else if let id = Int64(name), let found = try await engine.store.load(ID<Thing>(id)) {
        return found
      }
    } catch {
      throw .store(error)
    }
    throw .unknownThing(name)
  }

  private static func position(_ draft: SignalDraft) -> Position? {
    guard let longitude = draft.longitude, let latitude = draft.latitude else { return nil }
    return Position(longitude: longitude, latitude: latitude)
  }

  /// The point decides; without one the thing, then the address, then a street or neighbourhood that
  /// the text names.
  private func place(_ draft: SignalDraft, _ thing: Thing?) async -> Places.Place {
    let index = engine.directory.areaIndex
    if let position = Self.position(draft) {
      return Places.Place(
        position: position, area: index.path(holding: position),
        located: Located(by: .point, confidence: Self.sure))
    }
    if let thing {
      return Places.Place(
        position: thing.position,
        area: thing.position.map { index.path(holding: $0) } ?? thing.area,
        located: Located(by: .thing, confidence: Self.sure))
    }
    return await Places(engine: engine).locate(address: draft.address, text: draft.text)
  }

  /// The confidence of a point or thing that the channel names, in hundredths.
  static let sure = 100

  /// What people read, without what tells who somebody is.
  private struct Masked {
    let title: String
    let text: String
    let address: String

    /// Whether something of the draft is hidden.
    func hides(_ draft: SignalDraft) -> Bool {
      text != draft.text || address != draft.address
        || (!draft.title.isEmpty && title != draft.title)
    }
  }

  private static func masked(_ draft: SignalDraft) -> Masked {
    let names = draft.reporterName.isEmpty ? [] : [draft.reporterName]
    let phones = draft.reporterPhone.isEmpty ? [] : [draft.reporterPhone]
    func masked(_ text: String) -> String {
      PersonalData.masked(text, names: names, phones: phones)
    }
    let text = masked(draft.text)
    return Masked(
      title: draft.title.isEmpty ? String(text.prefix(titleFromTextMax)) : masked(draft.title),
      text: text, address: masked(draft.address))
  }

  /// Characters of the text that serve as title where the channel gives none.
  static let titleFromTextMax = 30

  /// Who told us: found by the keyed hash of the contact, or new, with details that are sealed.
  private struct Person {
    let id: ID<Reporter>?
    let new: Reporter?
    let raw: Payload
  }

  /// - Parameter isPersonal: whether the input speaks of somebody, though it names no reporter.
  private func person(
    _ incoming: IncomingSignal, isPersonal: Bool
  ) async throws(IntakeFault) -> Person {
    let draft = incoming.draft
    let isNamed = !(draft.reporterName.isEmpty && draft.reporterPhone.isEmpty)
    guard isNamed || isPersonal else {
      return Person(id: nil, new: nil, raw: .plain(incoming.raw))
    }
    // Without a phone nobody can be told from a namesake: such a reporter is known by this signal alone.
    let contact = PersonalData.contact(draft.reporterPhone)
    let hash = engine.sealing.blindHash(
      contact.isEmpty ? "\(incoming.channel.rawValue)/\(draft.externalID)" : contact)
    var known: Reporter?
    if isNamed {
      do throws(StoreFault) {
        known = try await engine.store.reporter(contactHash: hash)
      } catch {
        throw .store(error)
      }
    }
    do throws(SealingFault) {
      if let known {
        let raw = try engine.sealing.seal(incoming.raw, for: known.subject)
        return Person(id: known.id, new: nil, raw: .sealed(raw))
      }
      let subject = try engine.sealing.newSubject()
      let raw = Payload.sealed(try engine.sealing.seal(incoming.raw, for: subject))
      guard isNamed else { return Person(id: nil, new: nil, raw: raw) }
      let details = ReporterDetails(name: draft.reporterName, phone: draft.reporterPhone)
      let reporter = Reporter(
        id: engine.newID(), subject: subject, contactHash: hash,
        details: try engine.sealing.seal(ReporterCoding.encode(details), for: subject))
      return Person(id: reporter.id, new: reporter, raw: raw)
    } catch {
      throw .sealing(error)
    }
  }
}

/// A reporter's details as the bytes that are sealed.
package enum ReporterCoding {
  private static let separator: UInt8 = 0x1F

  static func encode(_ details: ReporterDetails) -> [UInt8] {
    Array(details.name.utf8) + [separator] + Array(details.phone.utf8)
  }

  /// Reads what `encode` wrote.
  package static func decode(_ bytes: [UInt8]) -> ReporterDetails {
    let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
    func text(_ index: Int) -> String {
      index < parts.count ? String(decoding: parts[index], as: UTF8.self) : ""
    }
    return ReporterDetails(name: text(0), phone: text(1))
  }
}
