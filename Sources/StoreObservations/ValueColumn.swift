/// Measured values in few bits.
///
/// Most sensors give decimal numbers of few places: such a column is whole numbers and one power of
/// ten. Others are coded by the bits in which a value differs from the one before (Pelkonen et al.,
/// “Gorilla”, VLDB 2015). Every value comes back to the last bit.
enum ValueColumn {
  /// Decimal places tried; one more as the exponent says that bits of differences follow.
  static let placesMax = 6
  static let bitwise = 7
  /// Magnitude of a scaled value, so that the sum of an hour fits 64 bits.
  private static let scaledMax = Double(1 << 40)
  static let powers: [Double] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

  /// The values as whole numbers of `10^-places`; nil where one is not exactly that.
  static func scaled(_ values: [Double]) -> (places: Int, numbers: [Int64])? {
    var places = 0
    for value in values {
      while scaled(value, places) == nil {
        places += 1
        if places > placesMax { return nil }
      }
    }
    var numbers: [Int64] = []
    numbers.reserveCapacity(values.count)
    for value in values {
      guard let number = scaled(value, places) else { return nil }
      numbers.append(number)
    }
    return (places, numbers)
  }

  /// A correctly rounded quotient of two exact numbers is the double that the decimal text reads as.
  @inline(__always)
  static func scaled(_ value: Double, _ places: Int) -> Int64? {
    let product = (value * powers[places]).rounded()
    guard product.magnitude <= scaledMax else { return nil }
    let number = Int64(product)
    return unscaled(number, places).bitPattern == value.bitPattern ? number : nil
  }

  @inline(__always)
  static func unscaled(_ number: Int64, _ places: Int) -> Double {
    Double(number) / powers[places]
  }

  /// A column of whole numbers of `10^-places`.
  static func unscaled(_ numbers: [Int64], _ places: Int) -> [Double] {
    let power = powers[places]
    return [Double](unsafeUninitializedCapacity: numbers.count) { values, count in
      for (index, number) in numbers.enumerated() { values[index] = Double(number) / power }
      count = numbers.count
    }
  }

  static func write(_ values: [Double], into writer: inout BitWriter) {
    if let scaled = scaled(values) {
      writer.put(UInt64(scaled.places), 3)
      IntegerColumn.write(scaled.numbers, into: &writer)
    } else {
      writer.put(UInt64(bitwise), 3)
      writeBits(values, into: &writer)
    }
  }

  static func read(_ count: Int, from reader: inout BitReader, into values: inout [Double]) {
    let places = Int(reader.get(3))
    guard places != bitwise else {
      readBits(count, from: &reader, into: &values)
      return
    }
    var numbers: [Int64] = []
    numbers.reserveCapacity(count)
    IntegerColumn.read(count, from: &reader, into: &numbers)
    values.append(contentsOf: unscaled(numbers, places))
  }

  /// The first value plain; then 0 for a repeated value, 10 for bits inside the last window, 11 for a
  /// new window: leading zeros (6 bits), length − 1 (6 bits), the bits.
  static func writeBits(_ values: [Double], into writer: inout BitWriter) {
    guard var previous = values.first?.bitPattern else { return }
    writer.putWord(previous)
    var leading = 64
    var trailing = 0
    for value in values.dropFirst() {
      let difference = value.bitPattern ^ previous
      previous = value.bitPattern
      guard difference != 0 else {
        writer.put(0, 1)
        continue
      }
      if difference.leadingZeroBitCount >= leading, difference.trailingZeroBitCount >= trailing {
        writer.put(0b10, 2)
      } else {
        leading = difference.leadingZeroBitCount
        trailing = difference.trailingZeroBitCount
        writer.put(0b11, 2)
        writer.put(UInt64(leading), 6)
        writer.put(UInt64(64 - leading - trailing - 1), 6)
      }
      let length = 64 - leading - trailing
      let bits = difference >> UInt64(trailing)
      if length > 32 { writer.put(bits >> 32, length - 32) }
      writer.put(bits, min(length, 32))
    }
  }

  static func readBits(
    _ count: Int, from reader: inout BitReader, into values: inout [Double]
  ) {
    guard count > 0 else { return }
    var previous = reader.getWord()
    var length = 0
    var trailing = 0
    values.append(Double(bitPattern: previous))
    for _ in 1..<max(count, 1) {
      if reader.get(1) == 1 {
        if reader.get(1) == 1 {
          let leading = Int(reader.get(6))
          length = Int(reader.get(6)) + 1
          trailing = 64 - leading - length
          guard trailing >= 0 else { return }
        }
        let high = length > 32 ? reader.get(length - 32) << 32 : 0
        previous ^= (high | reader.get(min(length, 32))) << UInt64(trailing)
      }
      values.append(Double(bitPattern: previous))
      if reader.ranOut { return }
    }
  }
}
