import City
import Ports

/// What makes one document come before another: points, added up.
///
/// Relevance weighs most: words in code, title or sound before words in address and text. Kind,
/// recency and nearness decide among what is equally relevant. The points are whole numbers, so
/// that every machine ranks alike.
struct Ranking {
  static let headPoints: Int32 = 200
  /// The code itself was asked for.
  static let codePoints: Int32 = 400
  static let titlePoints: Int32 = 120
  static let beginningPoints: Int32 = 50
  static let wordStartPoints: Int32 = 16
  static let repeatPoints: Int32 = 8
  static let repeatsMax: Int32 = 5
  /// By raw value of the kind: what exists once stands before what happens daily.
  static let kindPoints: [Int32] = [0, 20, 0, 30, 30, 60, 60, 60, 60, 30, 0, 0, 0, 0, 0, 0]

  private let now: Int64
  private let longitude: Float
  private let latitude: Float
  private let metresPerLongitude: Float
  private let isNear: Bool
  private static let metresPerDegree: Float = 111_195

  init(_ query: SearchQuery) {
    now = query.now.milliseconds
    isNear = query.near != nil
    longitude = Float(query.near?.longitude ?? 0)
    latitude = Float(query.near?.latitude ?? 0)
    // A cosine by its first terms: exact enough to order what lies near.
    let radians = latitude * .pi / 180
    let square = radians * radians
    metresPerLongitude = Self.metresPerDegree * (1 - square / 2 + square * square / 24)
  }

  /// Points of a row that need no text.
  @inline(__always)
  func points(
    _ row: Int, kind: Int32, isHead: Bool, time: UnsafePointer<Int64>, _ columns: Columns
  ) -> Int32 {
    var points = kind + (isHead ? Self.headPoints : 0)
    // From 70 for this hour to 0 after ten years, as many less for each doubling of the age.
    let hours = Float(max(now - time[row], 0)) / 3_600_000 + 1
    points += max(0, 140 - Self.logarithm(hours)) / 2
    if isNear, columns.longitude[row] == columns.longitude[row] {
      let east = (columns.longitude[row] - longitude) * metresPerLongitude
      let north = (columns.latitude[row] - latitude) * Self.metresPerDegree
      let metres = (east * east + north * north).squareRoot()
      // From 60 within 100 m to 0 at about 20 km.
      points += max(0, 60 - Self.logarithm(metres / 100 + 1))
    }
    return points
  }

  /// Eight times the logarithm to base two, straight between powers of two.
  @inline(__always) private static func logarithm(_ value: Float) -> Int32 {
    Int32(value.bitPattern >> 20) - 1_016
  }

  /// Points that only the text tells.
  static func points(of text: StoredText, _ parts: [[UInt16]]) -> Int32 {
    var points: Int32 = 0
    let (code, title) = (text.range(of: 0), text.range(of: 1))
    for part in parts {
      part.withUnsafeBufferPointer { part in
        let places = UnitSearch.places(of: part, in: text.units, 0..<text.unitCount, max: 5)
        points += Int32(max(places.count - 1, 0)) * repeatPoints
        if places.contains(where: { text.isWordStart($0) }) { points += wordStartPoints }
        guard let first = places.first else { return }
        if first == code.lowerBound && part.count == code.count { points += codePoints }
        guard places.contains(where: { title.contains($0) }) else { return }
        if places.contains(title.lowerBound) {
          points += part.count == title.count ? titlePoints : beginningPoints
        }
      }
    }
    return points
  }
}

extension StoredText {
  /// Whether a word, a field or a run of ideographs after another sort of character begins here.
  func isWordStart(_ place: Int) -> Bool {
    guard place > 0 else { return true }
    func sort(_ unit: UInt16) -> Int {
      switch unit {
      case 0x30...0x39: 1
      case 0x61...0x7A: 2
      case 0x2E80...0x9FFF, 0xAC00...0xDFFF: 3
      default: 0
      }
    }
    return sort(units[place - 1]) != sort(units[place])
  }
}

/// Finds units among units.
enum UnitSearch {
  /// The first place of `part` in `range`; nil where there is none. Reads up to 9 units beyond.
  @inline(__always)
  static func first(
    _ part: UnsafeBufferPointer<UInt16>, in units: UnsafePointer<UInt16>, _ range: Range<Int>
  ) -> Int? {
    let last = range.upperBound - part.count
    guard last >= range.lowerBound, part.count > 0 else { return nil }
    let first = SIMD8<UInt16>(repeating: part[0])
    let second = SIMD8<UInt16>(repeating: part.count > 1 ? part[1] : 0)
    let ignore = SIMD8<UInt16>(repeating: part.count > 1 ? 0xFFFF : 0)
    let bytes = UnsafeRawPointer(units)
    var place = range.lowerBound
    while place <= last {
      let here = bytes.loadUnaligned(fromByteOffset: 2 * place, as: SIMD8<UInt16>.self)
      let next = bytes.loadUnaligned(fromByteOffset: 2 * place + 2, as: SIMD8<UInt16>.self)
      let equal = ((here ^ first) | ((next ^ second) & ignore)) .== SIMD8<UInt16>.zero
      let halves = unsafeBitCast(equal, to: SIMD2<UInt64>.self)
      if halves.x | halves.y != 0 {
        for candidate in place...min(place + 7, last) where holds(part, units + candidate) {
          return candidate
        }
      }
      place += 8
    }
    return nil
  }

  @inline(__always) private static func holds(
    _ part: UnsafeBufferPointer<UInt16>, _ units: UnsafePointer<UInt16>
  ) -> Bool {
    for index in 0..<part.count where units[index] != part[index] { return false }
    return true
  }

  /// The first places of `part`, not overlapping, at most `max`.
  static func places(
    of part: UnsafeBufferPointer<UInt16>, in units: UnsafePointer<UInt16>, _ range: Range<Int>,
    max: Int
  ) -> [Int] {
    var places: [Int] = []
    var start = range.lowerBound
    while places.count < max, let place = first(part, in: units, start..<range.upperBound) {
      places.append(place)
      start = place + part.count
    }
    return places
  }
}
