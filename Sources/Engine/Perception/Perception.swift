package import City
import Pack
package import Ports
import Synchronization

/// What differs between installations.
package struct PerceptionSettings: Sendable {
  /// So far ahead of the clock a device's time may be.
  package var aheadMilliseconds: Int64 = 10 * Duration.minute
  /// An earlier time is no measurement of a device: 1990-01-01T00:00:00Z.
  package var earliest = Instant(milliseconds: 631_152_000_000)
  /// So long after its time an observation may still be expected, by clock and lines.
  package var slackMilliseconds: Int64 = 5 * Duration.second
  /// How often the follower says how far it came.
  package var checkpointMilliseconds: Int64 = Duration.minute
  /// How often the running state of the rules is kept, so that a restart is exact.
  package var stateMilliseconds: Int64 = 5 * Duration.minute
  /// Observations that the follower reads at once.
  package var runMax = 65_536

  package init() {}
}

/// What became of a batch. Only what was accepted is durable.
package struct TakenReadings: Sendable, Equatable {
  /// One element that was turned away.
  package struct Refusal: Sendable, Equatable {
    package let reason: ReadingRefusal
    /// Which element of the payload, from 0.
    package let element: Int
  }
  package let accepted: Int
  /// In the order of the batch, failures of reading it first.
  package let refusals: [Refusal]
}

/// The one path in for observations: resolve, check, append; after that they are acknowledged.
package final class Perception: Sendable {
  package let engine: Engine
  package let observations: any ObservationStore
  package let settings: PerceptionSettings
  /// What each stream told lately, as the log has it.
  package let traces: DeviceTraces
  private let held: Mutex<Held>

  private struct Held {
    var table: DeviceTable
    var gate: FloodGate
    var lobby = Lobby()
    var book = RefusalBook()
    var accepted = 0
    var seen: [Instant?]

    /// When the devices of another table were heard of.
    func seen(in other: DeviceTable) -> [Instant?] {
      other.devices.map { device in
        device.streams.first.flatMap { table.index(of: $0) }.flatMap { seen[$0] }
      }
    }
  }

  /// Reads all devices and registers their streams.
  package convenience init(
    engine: Engine, observations: any ObservationStore,
    settings: PerceptionSettings = PerceptionSettings()
  ) async throws(StoreFault) {
    try await self.init(
      engine: engine, observations: observations, settings: settings,
      traces: DeviceTraces(observations: observations, time: engine.time))
  }

  /// The same observations for an engine that comes after; what streams told lately is one.
  package convenience init(
    succeeding other: Perception, in engine: Engine
  ) async throws(StoreFault) {
    try await self.init(
      engine: engine, observations: other.observations, settings: other.settings,
      traces: other.traces)
  }

  private init(
    engine: Engine, observations: any ObservationStore, settings: PerceptionSettings,
    traces: DeviceTraces
  ) async throws(StoreFault) {
    self.engine = engine
    self.observations = observations
    self.settings = settings
    self.traces = traces
    let table = try await DeviceLoading(engine: engine, observations: observations).table()
    held = Mutex(
      Held(
        table: table, gate: FloodGate(devices: table.devices.count),
        seen: Array(repeating: nil, count: table.devices.count)))
  }

  /// All devices as they stand.
  package var table: DeviceTable { held.withLock { $0.table } }
  package var lobby: [Lobby.Guest] { held.withLock { $0.lobby.list } }
  package var refusals: RefusalBook { held.withLock { $0.book } }
  /// Readings accepted since the start.
  package var accepted: Int { held.withLock { $0.accepted } }

  /// Reads the devices anew, after some were registered or changed.
  package func reload() async throws(StoreFault) {
    let table = try await DeviceLoading(engine: engine, observations: observations).table()
    held.withLock { held in
      held.seen = held.seen(in: table)
      held.table = table
      held.gate = FloodGate(devices: table.devices.count)
      held.lobby.release { code in
        var code = code
        return code.withUTF8 { table.index(of: $0) } != nil
      }
    }
  }

  /// Goes on from where another stands over the same observations: whom it heard of, and what it
  /// took and turned away.
  package func goOn(from other: Perception) {
    let before = other.held.withLock { $0 }
    held.withLock { held in
      held.seen = before.seen(in: held.table)
      (held.lobby, held.book, held.accepted) = (before.lobby, before.book, before.accepted)
    }
  }

  /// When a device was last heard of since the start; nil = not yet.
  package func lastSeen(_ device: ID<Thing>) -> Instant? {
    held.withLock { held in
      held.table.device(device)?.streams.first
        .flatMap { held.table.index(of: $0) }.flatMap { held.seen[$0] }
    }
  }

  /// Takes a batch in. Returns once what was accepted is on disk; then it may be acknowledged.
  ///
  /// - Parameter source: the way by which it came, for counts, for example `mqtt`.
  /// - Throws: where nothing of it could be kept; the sender keeps it and sends it again.
  package func take(
    _ batch: ReadingBatch, from source: String
  ) async throws(StoreFault) -> TakenReadings {
    let now = engine.time.now
    let (found, refusals) = held.withLock { held in
      Resolution(settings: settings, now: now, source: source).resolve(batch, &held)
    }
    if !found.isEmpty { _ = try await observations.append(found) }
    return TakenReadings(accepted: found.count, refusals: refusals)
  }

  /// Counts what never became a reading.
  package func refuse(_ reason: ReadingRefusal, _ sample: String, from source: String) {
    let now = engine.time.now
    held.withLock { $0.book.note(reason, sample, source: source, at: now) }
  }

  /// From codes to streams, with all checks that need no store.
  private struct Resolution {
    let settings: PerceptionSettings
    let now: Instant
    let source: String

    func resolve(
      _ batch: ReadingBatch, _ held: inout Held
    ) -> ([Observation], [TakenReadings.Refusal]) {
      var found: [Observation] = []
      found.reserveCapacity(batch.readings.count)
      var refusals = batch.failures.map {
        TakenReadings.Refusal(reason: $0.reason, element: $0.element)
      }
      for failure in batch.failures {
        held.book.note(failure.reason, failure.sample, source: source, at: now)
      }
      batch.text.withUnsafeBufferPointer { text in
        var lastPiece = ReadingBatch.none
        var lastDevice: Int?
        for reading in batch.readings {
          // Batches hold many readings of one device in a row.
          if reading.device != lastPiece {
            lastPiece = reading.device
            lastDevice = device(Self.bytes(reading.device, text), held.table)
          }
          switch observation(reading, lastDevice, text, &held) {
          case .success(let observation): found.append(observation)
          case .failure(let fault):
            refusals.append(
              TakenReadings.Refusal(reason: fault.reason, element: Int(reading.element)))
            note(fault.reason, reading, batch, &held)
          }
        }
      }
      held.accepted += found.count
      return (found, refusals)
    }

    private func note(
      _ reason: ReadingRefusal, _ reading: ReadingBatch.Reading, _ batch: ReadingBatch,
      _ held: inout Held
    ) {
      let device = batch.string(reading.device)
      let measure = batch.string(reading.measure)
      if reason == .unknownDevice {
        held.lobby.see(device, measure: measure, source: source, at: now)
      }
      held.book.note(
        reason, "\(device) \(measure) \(reading.value)", source: source, at: now)
    }

    struct Refused: Error {
      let reason: ReadingRefusal
    }

    @inline(__always)
    static func bytes(
      _ piece: ReadingBatch.Piece, _ text: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: text[Int(piece.start)..<Int(piece.start + piece.count)])
    }

    /// By code, or `@` and the number of a stream.
    private func device(_ code: UnsafeBufferPointer<UInt8>, _ table: DeviceTable) -> Int? {
      guard code.first == 0x40 else { return table.index(of: code) }
      return stream(code).flatMap { table.index(of: $0) }
    }

    private func stream(_ code: UnsafeBufferPointer<UInt8>) -> StreamNumber? {
      UInt32(String(decoding: code.dropFirst(), as: UTF8.self)).map(StreamNumber.init)
    }

    private func observation(
      _ reading: ReadingBatch.Reading, _ device: Int?, _ text: UnsafeBufferPointer<UInt8>,
      _ held: inout Held
    ) -> Result<Observation, Refused> {
      guard let device else { return .failure(Refused(reason: .unknownDevice)) }
      guard held.gate.admits(device, at: now) else { return .failure(Refused(reason: .flood)) }
      let entry = held.table.devices[device]
      let code = Self.bytes(reading.device, text)
      let place: Int?
      if code.first == 0x40 {
        place = stream(code).flatMap { entry.streams.firstIndex(of: $0) }
      } else {
        let measure = Self.bytes(reading.measure, text)
        place = entry.kind.measures.firstIndex { $0.code.utf8.elementsEqual(measure) }
      }
      guard let place else { return .failure(Refused(reason: .unknownMeasure)) }
      let unit = Self.bytes(reading.unit, text)
      guard unit.isEmpty || entry.kind.measures[place].unit.utf8.elementsEqual(unit) else {
        return .failure(Refused(reason: .unit))
      }
      guard reading.value.isFinite else { return .failure(Refused(reason: .valueNotFinite)) }
      let at = reading.at ?? now
      guard at >= settings.earliest, at.millisecondsSince(now) <= settings.aheadMilliseconds
      else { return .failure(Refused(reason: .timeImpossible)) }
      held.seen[device] = now
      return .success(Observation(stream: entry.streams[place], at: at, value: reading.value))
    }
  }
}

/// Reads devices from the store and registers their streams.
struct DeviceLoading {
  /// Streams registered with one call.
  static let keysMax = 50_000

  let engine: Engine
  let observations: any ObservationStore

  func table() async throws(StoreFault) -> DeviceTable {
    var things: [(thing: Thing, kind: Kind)] = []
    for kind in engine.catalogue.kinds where kind.isDevice {
      var before: Int64?
      repeat {
        var query = ThingQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before))
        query.kind = kind.code
        let page = try await engine.store.things(query)
        things += page.elements.map { ($0, kind) }
        before = page.next
      } while before != nil
    }
    // Numbers are given in the order of asking: the oldest device first, whatever its kind.
    things.sort { $0.thing.id < $1.thing.id }
    var keys: [StreamKey] = []
    for (thing, kind) in things {
      keys += kind.measures.map { StreamKey(thing: thing.id, measure: $0.code) }
    }
    var numbers: [StreamNumber] = []
    numbers.reserveCapacity(keys.count)
    while numbers.count < keys.count {
      let end = min(keys.count, numbers.count + Self.keysMax)
      numbers += try await observations.streams(Array(keys[numbers.count..<end]))
    }
    var devices: [Device] = []
    devices.reserveCapacity(things.count)
    var at = 0
    for (thing, kind) in things {
      devices.append(
        Device(
          thing: thing, kind: kind, streams: Array(numbers[at..<(at + kind.measures.count)])))
      at += kind.measures.count
    }
    return DeviceTable(devices)
  }
}
