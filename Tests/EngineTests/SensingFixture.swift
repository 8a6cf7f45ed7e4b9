import City
import Discovering
import Engine
import LoopFixture
import Pack
import Ports
import StoreMemory
import Testing

/// Gauges of the small district, their history in memory, and rules over them.
struct Sensing {
  let loop: Loop
  let observations: MemoryObservationStore
  let perception: Perception
  let rules: [Rule]

  /// - Parameter gauges: how many, in the west and the east street in turn.
  init(_ loop: Loop, gauges: Int, rules: [Rule]) async throws {
    self.loop = loop
    self.rules = rules
    observations = MemoryObservationStore(time: loop.clock)
    let entries = (0..<gauges).map { number -> DeviceEntry in
      var thing = ThingEntry(kind: "water-gauge", code: Self.code(number))
      thing.name = thing.code
      let place = number % 2 == 0 ? District.inWest : District.inEast
      thing.longitude = place.longitude
      thing.latitude = place.latitude
      return DeviceEntry(thing: thing)
    }
    let outcomes = try await DeviceImport(engine: loop.engine).save(entries, by: .local("test"))
    #expect(outcomes.allSatisfy { $0 == .accepted })
    perception = try await Perception(engine: loop.engine, observations: observations)
  }

  static func code(_ number: Int) -> String { "G\(number)" }

  static func rule(
    _ code: String, _ form: RuleForm, _ levels: [RuleLevel], item: String? = nil
  ) -> Rule {
    Rule(
      code: code, name: code, kind: "water-gauge", measure: "level", form: form, levels: levels,
      say: "{value}", why: "", item: item)
  }

  /// A follower as a server that has just been started has it.
  func follower() -> PerceptionFollower {
    PerceptionFollower(perception: perception, rules: rules)
  }

  /// Returns once it is acknowledged.
  func send(_ readings: [(gauge: Int, at: Instant, value: Double)]) async throws -> Int {
    var batch = ReadingBatch()
    let measure = batch.add(Array("level".utf8))
    for reading in readings {
      let device = batch.add(Array(Self.code(reading.gauge).utf8))
      batch.readings.append(
        ReadingBatch.Reading(
          device: device, measure: measure, unit: ReadingBatch.none, at: reading.at,
          value: reading.value))
    }
    return try await perception.take(batch, from: "test").accepted
  }

  /// All alarms, newest first.
  func alarms() async throws -> [Alarm] {
    var alarms: [Alarm] = []
    var before: Int64?
    repeat {
      let page = try await loop.store.alarms(
        AlarmQuery(
          scope: .everything, page: PageRequest(limit: PageRequest.limitMax, before: before)))
      alarms += page.elements
      before = page.next
    } while before != nil
    return alarms
  }

  /// Lets a follower come to the end of the log.
  static func run(_ follower: PerceptionFollower) async throws {
    while try await follower.step() {}
  }
}
