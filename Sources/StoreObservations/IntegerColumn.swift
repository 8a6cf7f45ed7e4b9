/// Whole numbers in few bits: what they have in common is taken out, the rest is Rice-coded.
///
/// Layout, in bits: step (number); where it is 0 all are equal and only the value follows (signed).
/// Otherwise order (1 bit), base (signed), Rice parameter (6 bits), one code for each residual.
/// Order 0: residual = (value − base) ÷ step; order 1: base is the first value, and each residual the
/// difference to the one before ÷ step. The step is the greatest common divisor of the differences.
enum IntegerColumn {
  /// Ones of a code's first part; so many say that 64 plain bits follow.
  private static let onesMax = 24
  private static let parameterMax = 48

  static func write(_ values: [Int64], into writer: inout BitWriter) {
    guard let first = values.first else { return }
    let step = commonStep(values)
    writer.putNumber(step)
    guard step > 0 else {
      writer.putSigned(first)
      return
    }
    let base = middle(values)
    let flat = values.map { zigzag(quotient($0 &- base, step)) }
    var previous = first
    let differences = values.dropFirst().map { value in
      defer { previous = value }
      return zigzag(quotient(value &- previous, step))
    }
    let (flatParameter, flatBits) = best(flat)
    let (parameter, bits) = best(differences)
    if flatBits <= bits {
      writer.put(0, 1)
      writer.putSigned(base)
      put(flat, flatParameter, into: &writer)
    } else {
      writer.put(1, 1)
      writer.putSigned(first)
      put(differences, parameter, into: &writer)
    }
  }

  /// Reads `count` numbers onto the end of `values`; fewer where the reader runs out before.
  static func read(_ count: Int, from reader: inout BitReader, into values: inout [Int64]) {
    guard count > 0 else { return }
    let step = Int64(truncatingIfNeeded: reader.getNumber())
    guard step != 0 else {
      let value = reader.getSigned()
      if !reader.ranOut { values.append(contentsOf: repeatElement(value, count: count)) }
      return
    }
    let isDifference = reader.get(1) == 1
    let base = reader.getSigned()
    let parameter = Int(reader.get(6))
    guard parameter <= parameterMax else { return }
    let start = values.count
    // Room for all at once; the reader is copied so that it stays in registers.
    values.append(contentsOf: repeatElement(base, count: count))
    var bits = reader
    var read = isDifference ? 1 : 0
    values.withUnsafeMutableBufferPointer { values in
      var value = base
      while read < count && !bits.ranOut {
        let ones = bits.ones(most: onesMax)
        let code =
          ones == onesMax ? bits.getWord() : UInt64(ones) << UInt64(parameter) | bits.get(parameter)
        let residual = unzigzag(code) &* step
        value = isDifference ? value &+ residual : base &+ residual
        values[start + read] = value
        read += 1
      }
    }
    reader = bits
    values.removeLast(count - read)
  }

  private static func put(
    _ residuals: [UInt64], _ parameter: Int, into writer: inout BitWriter
  ) {
    writer.put(UInt64(parameter), 6)
    for residual in residuals {
      let ones = residual >> UInt64(parameter)
      if ones < UInt64(onesMax) {
        writer.put((1 << ones - 1) << 1, Int(ones) + 1)
        writer.put(residual, parameter)
      } else {
        writer.put(1 << UInt64(onesMax) - 1, onesMax)
        writer.putWord(residual)
      }
    }
  }

  /// The Rice parameter that needs the fewest bits, and how many.
  private static func best(_ residuals: [UInt64]) -> (parameter: Int, bits: Int) {
    var found = (parameter: 0, bits: Int.max)
    for parameter in 0...parameterMax {
      var bits = residuals.count * (parameter + 1)
      for residual in residuals {
        let ones = residual >> UInt64(parameter)
        bits += ones < UInt64(onesMax) ? Int(ones) : 64 + onesMax - parameter - 1
      }
      // Outliers make dents in the curve; far beyond the best, nothing better comes.
      if bits < found.bits {
        found = (parameter, bits)
      } else if parameter > found.parameter + 6 {
        break
      }
    }
    return found
  }

  private static func commonStep(_ values: [Int64]) -> UInt64 {
    var step: UInt64 = 0
    for value in values {
      var other = (value &- values[0]).magnitude
      while other != 0 { (step, other) = (other, step % other) }
      if step == 1 { break }
    }
    return step
  }

  @inline(__always)
  private static func quotient(_ value: Int64, _ step: UInt64) -> Int64 {
    step == 1 ? value : value / Int64(truncatingIfNeeded: step)
  }

  /// The median; differences to it are multiples of the step, because it is one of the values.
  private static func middle(_ values: [Int64]) -> Int64 {
    values.sorted()[values.count / 2]
  }
}
