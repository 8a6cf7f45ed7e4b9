/// Observations of streams whose rules allow lateness, put in order until it has passed.
///
/// For each such stream: until when observations were let go, the newest time, how many wait, then
/// time and value of each in order.
final class WaitingRoom {
  /// So many observations of one stream wait at most; one more lets the oldest go early.
  static let placesMax = 16
  private static let wordsEach = 3 + 2 * placesMax

  enum Admission { case admitted, repeated, late }

  private let placeOf: [Int: Int]
  /// Slots in order, with their lateness.
  private let slots: [(slot: Int, lateness: Int64)]
  let state: FlatArray<Int64>

  init(_ plan: ShardPlan) {
    slots = plan.lateness.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    placeOf = Dictionary(
      uniqueKeysWithValues: slots.enumerated().map { ($1.slot, $0) })
    state = FlatArray(repeating: 0, count: slots.count * Self.wordsEach)
    clear()
  }

  var bytes: Int { state.bytes }

  func clear() {
    for place in 0..<state.count { state.start[place] = 0 }
    for index in slots.indices {
      state.start[index * Self.wordsEach] = noTime
      state.start[index * Self.wordsEach + 1] = noTime
    }
  }

  func admit(_ slot: Int, _ time: Int64, _ value: Double) -> Admission {
    guard let index = placeOf[slot] else { return .late }
    let room = state.start + index * Self.wordsEach
    if time <= room[0] { return time == room[0] ? .repeated : .late }
    var place = Int(room[2])
    while place > 0 && room[3 + 2 * (place - 1)] > time { place -= 1 }
    if place > 0 && room[3 + 2 * (place - 1)] == time { return .repeated }
    var end = Int(room[2])
    while end > place {
      room[3 + 2 * end] = room[1 + 2 * end]
      room[4 + 2 * end] = room[2 + 2 * end]
      end -= 1
    }
    room[3 + 2 * place] = time
    room[4 + 2 * place] = Int64(bitPattern: value.bitPattern)
    room[1] = max(room[1], time)
    room[2] += 1
    return .admitted
  }

  /// Lets go what nothing can come before any more, in order.
  func release(_ slot: Int, _ take: (Int64, Double) -> Void) {
    guard let index = placeOf[slot] else { return }
    let room = state.start + index * Self.wordsEach
    release(room, upTo: room[1] == noTime ? noTime : room[1] - slots[index].lateness, take)
  }

  func release(before clock: Int64, _ take: (Int, Int64, Double) -> Void) {
    for (index, (slot, lateness)) in slots.enumerated() {
      let room = state.start + index * Self.wordsEach
      release(room, upTo: clock - lateness) { take(slot, $0, $1) }
    }
  }

  private func release(
    _ room: UnsafeMutablePointer<Int64>, upTo end: Int64, _ take: (Int64, Double) -> Void
  ) {
    var gone = 0
    while gone < Int(room[2]),
      room[3 + 2 * gone] <= end || Int(room[2]) - gone == Self.placesMax
    {
      room[0] = room[3 + 2 * gone]
      take(room[3 + 2 * gone], Double(bitPattern: UInt64(bitPattern: room[4 + 2 * gone])))
      gone += 1
    }
    guard gone > 0 else { return }
    for place in gone..<Int(room[2]) {
      room[3 + 2 * (place - gone)] = room[3 + 2 * place]
      room[4 + 2 * (place - gone)] = room[4 + 2 * place]
    }
    room[2] -= Int64(gone)
  }
}
