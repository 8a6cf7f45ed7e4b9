import Glibc

/// Turns GB18030 (and so GBK and GB2312) into UTF-8, piece by piece, by the system's iconv.
///
/// A byte that is out of place becomes 0xFF, which is never UTF-8: the row that holds it is refused
/// later, as one that came so in a UTF-8 file would be.
final class ChineseDecoder {
  static let invalidByte: UInt8 = 0xFF
  /// No character of GB18030 takes more than four bytes.
  private static let characterBytesMax = 4

  private let conversion: iconv_t
  private var rest: [UInt8] = []

  /// - Throws: `.encodingUnknown` where the system has no tables for it.
  init() throws(ImportFault) {
    let conversion = iconv_open("UTF-8", "GB18030")
    // The C function answers (iconv_t)-1, which is no pointer to anything.
    guard let conversion, Int(bitPattern: conversion) != -1 else {
      throw .encodingUnknown("GB18030")
    }
    self.conversion = conversion
  }

  deinit { iconv_close(conversion) }

  /// The next piece in UTF-8; up to three bytes of an unfinished character wait for the next.
  func decode(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
    var input = rest + piece
    rest = []
    var output: [UInt8] = []
    output.reserveCapacity(input.count * 2 + Self.characterBytesMax)
    // GB18030 never grows by more than two as UTF-8, so that one call takes all of it.
    var buffer = [UInt8](repeating: 0, count: input.count * 2 + 16)
    var done = 0
    while done < input.count {
      let step = convert(&input, from: done, into: &buffer)
      output.append(contentsOf: buffer[..<step.written])
      done += step.read
      guard done < input.count else { break }
      if step.error == EINVAL, !isLast, input.count - done < Self.characterBytesMax {
        rest = Array(input[done...])
        break
      }
      if step.error == E2BIG { continue }
      output.append(Self.invalidByte)
      done += 1
    }
    return output
  }

  private func convert(
    _ input: inout [UInt8], from start: Int, into buffer: inout [UInt8]
  ) -> (read: Int, written: Int, error: Int32) {
    let available = input.count - start
    return input.withUnsafeMutableBytes { source in
      buffer.withUnsafeMutableBytes { target in
        var from = source.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var left = available
        var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
        var room = target.count
        let answer = iconv(conversion, &from, &left, &to, &room)
        // -1 says that it stopped early; errno says why.
        let error = answer == -1 ? errno : 0
        return (available - left, target.count - room, error)
      }
    }
  }
}
