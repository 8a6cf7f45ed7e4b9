import CJPEG
import CPango
import Testing

@testable import Reports

@Suite("marks over pictures")
struct PictureMarkTests {
  private static let words = "王芳 officer 2026-11-22 10:30 r-42"

  /// A grey plane as JPEG.
  private static func jpeg(width: Int32, height: Int32) -> [UInt8] {
    let points = [UInt8](repeating: 128, count: Int(width * height) * 4)
    var count = 0
    guard let bytes = civicloop_jpeg_write(points, width, height, 90, &count) else { return [] }
    defer { civicloop_jpeg_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  private static func outcome(_ bytes: [UInt8], _ mediaType: String) -> PictureMark.Outcome {
    PictureMark.outcome(bytes, mediaType: mediaType, words: words)
  }

  private static func marked(_ bytes: [UInt8], _ mediaType: String) -> [UInt8]? {
    if case .marked(let marked) = outcome(bytes, mediaType) { marked } else { nil }
  }

  /// How many points of a JPEG are not what the plane was.
  private static func changed(_ bytes: [UInt8]) -> (width: Int32, height: Int32, share: Double)? {
    var (width, height): (Int32, Int32) = (0, 0)
    guard let points = civicloop_jpeg_read(bytes, bytes.count, 1 << 24, &width, &height) else {
      return nil
    }
    defer { civicloop_jpeg_free(points) }
    let all = Int(width * height)
    let marked = (0..<all).count { abs(Int(points[$0 * 4]) - 128) > 12 }
    return (width, height, Double(marked) / Double(all))
  }

  @Test("a JPEG keeps its size and bears the words all over")
  func jpegIsMarked() throws {
    let plain = Self.jpeg(width: 640, height: 480)
    let before = try #require(Self.changed(plain))
    #expect(before.share == 0)
    let marked = try #require(Self.marked(plain, "image/jpeg"))
    let after = try #require(Self.changed(marked))
    #expect(after.width == 640 && after.height == 480)
    #expect((0.01...0.3).contains(after.share), "\(after.share)")
    #expect(Self.marked(plain, "image/jpeg") == marked)
  }

  @Test("a PNG keeps its size and bears the words")
  func pngIsMarked() throws {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 300, 200)
    defer { cairo_surface_destroy(surface) }
    var plain: [UInt8] = []
    withUnsafeMutablePointer(to: &plain) { place in
      _ = cairo_surface_write_to_png_stream(
        surface,
        { closure, bytes, count in
          closure!.assumingMemoryBound(to: [UInt8].self).pointee += UnsafeBufferPointer(
            start: bytes, count: Int(count))
          return CAIRO_STATUS_SUCCESS
        }, place)
    }
    let marked = try #require(Self.marked(plain, "image/png"))
    #expect(marked != plain)
    let size = try #require(PictureMark.size(ofPNG: marked))
    #expect(size.0 == 300 && size.1 == 200)
  }

  @Test("what is damaged, too large or of another form is not drawn on")
  func others() throws {
    let plain = Self.jpeg(width: 96, height: 72)
    let small = Self.jpeg(width: 96, height: 63)
    #expect(Self.outcome(small, "image/jpeg") == .nothingToDraw)
    for place in stride(from: 2, to: plain.count, by: 7) {
      var damaged = plain
      damaged[place] ^= 0xFF
      _ = Self.outcome(damaged, "image/jpeg")
      _ = Self.outcome(Array(plain.prefix(place)), "image/jpeg")
    }
    #expect(Self.outcome([1, 2, 3], "image/jpeg") == .nothingToDraw)
    #expect(Self.outcome([1, 2, 3], "image/png") == .nothingToDraw)
    #expect(Self.outcome(plain, "image/webp") == .refused)
    // The head alone says how large it would be: more than may be unpacked is not tried.
    var vast = plain
    let frame = try #require(vast.indices.dropLast().first { vast[$0...$0 + 1] == [0xFF, 0xC0] })
    vast.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(Self.outcome(vast, "image/jpeg") == .refused)
    let head: [UInt8] =
      [
        0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0x80, 0, 0, 0,
        0x80, 0,
      ]
    #expect(Self.outcome(head, "image/png") == .refused)
  }
}
