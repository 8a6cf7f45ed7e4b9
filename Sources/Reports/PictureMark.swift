import CJPEG
import CPango

/// Writes over a picture who looks at it, in slanted lines, so that a copy tells where it came from.
package enum PictureMark {
  /// Points that a picture may have; more is not drawn on.
  package static let pointsMax = 64_000_000
  /// A side of fewer points has no room for words.
  static let sideLeast = 64
  /// Quality of a JPEG that is written anew, of 100.
  static let quality: Int32 = 85
  /// The text is as high as this part of the picture's shorter side.
  static let textShare = 0.028
  static let textLeast = 11.0
  static let slant = -0.42
  static let opacity = 0.28

  /// What drawing came to.
  package enum Outcome: Equatable, Sendable {
    /// The picture with the words over it, in the same form.
    case marked([UInt8])
    /// It is damaged, or too small for words.
    case nothingToDraw
    /// Of a form that is not drawn on, or of more than `pointsMax` points.
    case refused
  }

  /// - Parameter mediaType: as the file was known by its bytes.
  package static func outcome(_ bytes: [UInt8], mediaType: String, words: String) -> Outcome {
    switch mediaType {
    case "image/jpeg":
      civicloop_jpeg_points(bytes, bytes.count) > pointsMax
        ? .refused : jpeg(bytes, words).map(Outcome.marked) ?? .nothingToDraw
    case "image/png":
      size(ofPNG: bytes).map { $0.0 * $0.1 > pointsMax } ?? false
        ? .refused : png(bytes, words).map(Outcome.marked) ?? .nothingToDraw
    default: .refused
    }
  }

  private static func jpeg(_ bytes: [UInt8], _ words: String) -> [UInt8]? {
    var (width, height): (Int32, Int32) = (0, 0)
    guard let points = civicloop_jpeg_read(bytes, bytes.count, pointsMax, &width, &height) else {
      return nil
    }
    defer { civicloop_jpeg_free(points) }
    guard min(width, height) >= sideLeast,
      let surface = cairo_image_surface_create_for_data(
        points, CAIRO_FORMAT_RGB24, width, height, width * 4)
    else { return nil }
    draw(words, on: surface)
    cairo_surface_flush(surface)
    cairo_surface_destroy(surface)
    var count = 0
    guard let written = civicloop_jpeg_write(points, width, height, quality, &count) else {
      return nil
    }
    defer { civicloop_jpeg_free(written) }
    return Array(UnsafeBufferPointer(start: written, count: count))
  }

  /// Bytes of a picture, and how far they were read or written.
  private final class Bytes {
    var bytes: [UInt8]
    var place = 0
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  private static func png(_ bytes: [UInt8], _ words: String) -> [UInt8]? {
    guard let (width, height) = size(ofPNG: bytes), min(width, height) >= sideLeast else {
      return nil
    }
    let source = Bytes(bytes)
    let surface = withExtendedLifetime(source) {
      cairo_image_surface_create_from_png_stream(
        { closure, place, count in
          let source = Unmanaged<Bytes>.fromOpaque(closure!).takeUnretainedValue()
          let end = source.place + Int(count)
          guard end <= source.bytes.count else { return CAIRO_STATUS_READ_ERROR }
          for index in source.place..<end { place![index - source.place] = source.bytes[index] }
          source.place = end
          return CAIRO_STATUS_SUCCESS
        }, Unmanaged.passUnretained(source).toOpaque())
    }
    guard let surface, cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS else { return nil }
    defer { cairo_surface_destroy(surface) }
    draw(words, on: surface)
    let target = Bytes([])
    let status = withExtendedLifetime(target) {
      cairo_surface_write_to_png_stream(
        surface,
        { closure, place, count in
          let target = Unmanaged<Bytes>.fromOpaque(closure!).takeUnretainedValue()
          target.bytes += UnsafeBufferPointer(start: place, count: Int(count))
          return CAIRO_STATUS_SUCCESS
        }, Unmanaged.passUnretained(target).toOpaque())
    }
    return status == CAIRO_STATUS_SUCCESS ? target.bytes : nil
  }

  /// Width and height as the head of a PNG says them.
  static func size(ofPNG bytes: [UInt8]) -> (Int, Int)? {
    guard bytes.count >= 24 else { return nil }
    func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (width, height) = (number(16), number(20))
    guard (1...100_000).contains(width), (1...100_000).contains(height) else { return nil }
    return (width, height)
  }

  private static func draw(_ words: String, on surface: OpaquePointer) {
    guard let cairo = cairo_create(surface) else { return }
    defer { cairo_destroy(cairo) }
    let width = Double(cairo_image_surface_get_width(surface))
    let height = Double(cairo_image_surface_get_height(surface))
    MarkDrawing(width: width, height: height).draw(
      words, size: max(textLeast, min(width, height) * textShare), opacity: opacity, as: .outlines,
      on: cairo)
  }
}

/// Slanted lines of words over a whole plane.
struct MarkDrawing {
  let width: Double
  let height: Double

  /// How the letters are put down.
  enum Form {
    /// Light letters with a dark edge, so that they show on dark and light alike.
    case outlines
    /// Dark letters that stay text: who copies the page copies them too.
    case letters
  }

  func draw(
    _ words: String, size: Double, opacity: Double, as form: Form, on cairo: OpaquePointer
  ) {
    let layout: OpaquePointer = pango_cairo_create_layout(cairo)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    let font = pango_font_description_from_string(Paper.family)
    defer { pango_font_description_free(font) }
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    pango_layout_set_font_description(layout, font)
    pango_layout_set_text(layout, words, -1)
    var (wide, tall): (Int32, Int32) = (0, 0)
    pango_layout_get_size(layout, &wide, &tall)
    let step = Double(wide) / Double(PANGO_SCALE) + size * 3
    let rise = size * 7
    cairo_save(cairo)
    cairo_translate(cairo, width / 2, height / 2)
    cairo_rotate(cairo, PictureMark.slant)
    let reach = (width * width + height * height).squareRoot() / 2
    var (line, isOdd) = (-reach, false)
    while line < reach {
      var place = -reach - (isOdd ? step / 2 : 0)
      while place < reach {
        cairo_move_to(cairo, place, line)
        put(layout, form, opacity, edge: size * 0.06, on: cairo)
        place += step
      }
      line += rise
      isOdd.toggle()
    }
    cairo_restore(cairo)
  }

  private func put(
    _ layout: OpaquePointer, _ form: Form, _ opacity: Double, edge: Double,
    on cairo: OpaquePointer
  ) {
    cairo_set_source_rgba(cairo, 0, 0, 0, opacity)
    guard form == .outlines else { return pango_cairo_show_layout(cairo, layout) }
    pango_cairo_layout_path(cairo, layout)
    cairo_set_line_width(cairo, edge)
    cairo_stroke_preserve(cairo)
    cairo_set_source_rgba(cairo, 1, 1, 1, opacity)
    cairo_fill(cairo)
  }
}
