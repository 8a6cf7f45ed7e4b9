/// Draws digits so that people read them and simple programs do not: bent, shifted, crossed by lines.
/// Pure: the same digits and seed give the same picture.
struct ChallengePicture {
  static let width = 220
  static let height = 80
  static let digitsCount = 5

  private struct Point {
    var x: Double
    var y: Double
  }

  /// Strokes of each digit in a box of 100 by 100, y downward; a bar begins another stroke.
  private static let strokes: [[[Point]]] = [
    "50,0 15,20 10,60 30,95 65,98 90,70 85,20 50,0",
    "25,20 55,0 55,100|25,100 85,100",
    "12,22 40,0 80,10 85,35 10,100 90,100",
    "15,10 60,0 85,20 70,45 40,48|40,48 80,55 88,80 50,100 10,90",
    "65,100 65,0 8,70 92,70",
    "85,0 20,0 15,42 60,40 88,65 70,95 12,95",
    "75,0 30,30 12,70 40,100 80,90 85,60 50,48 15,65",
    "10,0 90,0 40,100|35,50 80,50",
    "50,0 15,15 20,40 80,60 85,88 50,100 15,88 20,60 80,40 85,15 50,0",
    "85,35 50,52 15,35 25,5 65,0 88,30 70,75 30,100",
  ].map { text in
    text.split(separator: "|").map { stroke in
      stroke.split(separator: " ").map { pair in
        let numbers = pair.split(separator: ",").compactMap { Double(String($0)) }
        return Point(x: numbers[0] / 100, y: numbers[1] / 100)
      }
    }
  }

  /// A grey picture as PNG; characters that are no digits are passed over.
  static func png(_ digits: String, seed: UInt64) -> [UInt8] {
    var source = SeedSource(seed: seed)
    var pixels = [UInt8](repeating: 244, count: width * height)
    for index in pixels.indices where source.next() % 23 == 0 { pixels[index] = 205 }
    let shown = digits.compactMap(\.wholeNumberValue)
    let step = Double(width - 24) / Double(max(shown.count, 1))
    for (index, digit) in shown.enumerated() {
      let size = 34 + source.share() * 14
      let left = 12 + Double(index) * step + source.share() * max(step - size * 0.75, 0)
      let top = 6 + source.share() * (Double(height) - size - 12)
      let lean = (source.share() - 0.5) * 0.6
      let turn = (source.share() - 0.5) * 0.5
      let bend = (source.share() - 0.5) * 0.25
      for stroke in strokes[digit] {
        let points = stroke.map { point -> Point in
          let (x, y) = (point.x - 0.5, point.y - 0.5)
          let leant = x * 0.72 + lean * y + bend * (y * y * 4 - 1) * 0.5
          return Point(
            x: left + size * 0.4 + size * (leant - turn * y * 0.5),
            y: top + size * 0.5 + size * (y + turn * x))
        }
        draw(points, thickness: 1.5 + source.share(), shade: 45, in: &pixels)
      }
    }
    for _ in 0..<3 { cross(&pixels, &source) }
    return PlainPNG.grey(width: width, height: height, pixels: pixels)
  }

  /// A line from side to side, nearly as dark as the digits.
  private static func cross(_ pixels: inout [UInt8], _ source: inout SeedSource) {
    var points: [Point] = []
    for part in 0...5 {
      points.append(
        Point(x: Double(part * width) / 5, y: 8 + source.share() * Double(height - 16)))
    }
    draw(points, thickness: 0.7, shade: 90, in: &pixels)
  }

  private static func draw(
    _ points: [Point], thickness: Double, shade: UInt8, in pixels: inout [UInt8]
  ) {
    for (start, end) in zip(points, points.dropFirst()) {
      let (dx, dy) = (end.x - start.x, end.y - start.y)
      let length = max(dx * dx + dy * dy, 0.001)
      let columns = bounds(start.x, end.x, thickness, width)
      for y in bounds(start.y, end.y, thickness, height) {
        for x in columns {
          let along = ((Double(x) - start.x) * dx + (Double(y) - start.y) * dy) / length
          let part = min(max(along, 0), 1)
          let (ex, ey) = (Double(x) - start.x - part * dx, Double(y) - start.y - part * dy)
          let distance = (ex * ex + ey * ey).squareRoot()
          guard distance < thickness + 1 else { continue }
          let cover = min(1, thickness + 1 - distance)
          let old = Double(pixels[y * width + x])
          let new = UInt8(old + (Double(shade) - old) * cover)
          pixels[y * width + x] = min(pixels[y * width + x], new)
        }
      }
    }
  }

  private static func bounds(
    _ first: Double, _ second: Double, _ thickness: Double, _ size: Int
  ) -> Range<Int> {
    let low = max(0, Int(min(first, second) - thickness - 2))
    let high = min(size, Int(max(first, second) + thickness + 3))
    return low..<max(low, high)
  }
}

/// A sequence that follows from its seed (SplitMix64).
struct SeedSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 up to, not including, 1.
  mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

/// PNG without compression, for small pictures made here (W3C PNG, RFC 1950, RFC 1951).
enum PlainPNG {
  /// One byte a pixel, row by row. The picture must fit one stored block: less than 65,536 bytes with
  /// one byte more a row.
  static func grey(width: Int, height: Int, pixels: [UInt8]) -> [UInt8] {
    precondition(pixels.count == width * height && (width + 1) * height < 65_536)
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      rows += pixels[row * width..<(row + 1) * width]
    }
    let count = UInt16(rows.count)
    var data: [UInt8] = [0x78, 0x01, 0x01]
    data += [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)]
    data += rows
    data += bytes(adler(rows))
    var header = bytes(UInt32(width)) + bytes(UInt32(height))
    header += [8, 0, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", data) + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bytes(UInt32(data.count)) + body + bytes(checksum(body))
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func adler(_ data: [UInt8]) -> UInt32 {
    var (first, second): (UInt32, UInt32) = (1, 0)
    for byte in data {
      first = (first + UInt32(byte)) % 65_521
      second = (second + first) % 65_521
    }
    return second << 16 | first
  }

  private static let table: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { sum, _ in
      sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1
    }
  }

  private static func checksum(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(0xFFFF_FFFF) { sum, byte in
      table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
    }
  }
}
