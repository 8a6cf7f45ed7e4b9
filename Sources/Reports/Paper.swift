import CPango
import Evaluating

/// Pages of a PDF file, drawn on with Cairo and written on with Pango. Lengths are points of 1/72 inch.
final class Paper {
  static let family = "Noto Sans CJK SC"
  private let surface: OpaquePointer
  private let cairo: OpaquePointer

  /// - Parameter path: nil where it is only laid out.
  init(path: String?, width: Double, height: Double) throws(ReportFault) {
    guard let surface = cairo_pdf_surface_create(path, width, height),
      cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let cairo = cairo_create(surface)
    else { throw .unavailable(detail: "\(path ?? "-") cannot be written") }
    self.surface = surface
    self.cairo = cairo
  }

  deinit {
    cairo_destroy(cairo)
    cairo_surface_destroy(surface)
  }

  func newPage() { cairo_show_page(cairo) }

  /// Writes what is left.
  func finish() throws(ReportFault) {
    cairo_show_page(cairo)
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .unavailable(detail: String(cString: cairo_status_to_string(status)))
    }
  }

  /// Writes faint slanted lines of words over the whole page.
  func mark(_ words: String, width: Double, height: Double) {
    MarkDrawing(width: width, height: height).draw(
      words, size: Self.markSize, opacity: Self.markOpacity, as: .letters, on: cairo)
  }

  private static let markSize = 12.0
  private static let markOpacity = 0.07

  // MARK: Text

  /// Writes text; with a width it is broken into lines.
  /// - Parameters:
  ///   - right: set flush right within the width.
  ///   - bold: goes before the text, in bold.
  /// - Returns: how tall it came out.
  @discardableResult
  func text(
    _ text: String, at place: (Double, Double), size: Double, isBold: Bool = false,
    colour: String = ReportColour.ink, width: Double? = nil, right: Bool = false,
    bold: String = "", isOneLine: Bool = false
  ) -> Double {
    let layout = layout(text, size, isBold, width, right, bold)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    // What does not fit is left out in the middle: its end matters too.
    if isOneLine { pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE) }
    set(colour)
    cairo_move_to(cairo, place.0, place.1)
    pango_cairo_show_layout(cairo, layout)
    return height(of: layout)
  }

  /// How tall a text would come out.
  func height(_ text: String, size: Double, width: Double, bold: String) -> Double {
    let layout = layout(text, size, false, width, false, bold)
    defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
    return height(of: layout)
  }

  private func height(of layout: OpaquePointer) -> Double {
    var (wide, tall): (Int32, Int32) = (0, 0)
    pango_layout_get_size(layout, &wide, &tall)
    return Double(tall) / Double(PANGO_SCALE)
  }

  private func layout(
    _ text: String, _ size: Double, _ isBold: Bool, _ width: Double?, _ right: Bool,
    _ bold: String
  ) -> OpaquePointer {
    let layout: OpaquePointer = pango_cairo_create_layout(cairo)
    let font = pango_font_description_from_string(Self.family)
    defer { pango_font_description_free(font) }
    pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
    if isBold { pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD) }
    pango_layout_set_font_description(layout, font)
    if let width { pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE))) }
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    pango_layout_set_alignment(layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
    if bold.isEmpty {
      pango_layout_set_text(layout, text, -1)
    } else {
      let marked = "<b>\(HTMLReport.escaped(bold))</b> \(HTMLReport.escaped(text))"
      pango_layout_set_markup(layout, marked, -1)
    }
    return layout
  }

  // MARK: Shapes

  func line(
    from: (Double, Double), to: (Double, Double), colour: String = ReportColour.line,
    thick: Double = 0.6
  ) {
    set(colour)
    cairo_set_line_width(cairo, thick)
    cairo_move_to(cairo, from.0, from.1)
    cairo_line_to(cairo, to.0, to.1)
    cairo_stroke(cairo)
  }

  func rectangle(at place: (Double, Double), size: (Double, Double), colour: String) {
    set(colour)
    cairo_rectangle(cairo, place.0, place.1, size.0, size.1)
    cairo_fill(cairo)
  }

  func dot(at place: (Double, Double), radius: Double, colour: String) {
    set(colour)
    cairo_new_path(cairo)
    cairo_arc(cairo, place.0, place.1, radius, 0, 2 * .pi)
    cairo_fill(cairo)
  }

  func bar(_ bar: ReportDocument.Bar, at place: (Double, Double), size: (Double, Double)) {
    for segment in bar.segments {
      rectangle(
        at: (place.0 + segment.from * size.0, place.1),
        size: (max(0, (segment.to - segment.from) * size.0 - 0.7), size.1),
        colour: ReportColour.bar(segment.grade))
    }
    let middle = (place.0 + bar.marker * size.0, place.1 + size.1 / 2)
    dot(at: middle, radius: 4.4, colour: "#ffffff")
    dot(at: middle, radius: 3.6, colour: ReportColour.ink)
  }

  /// A line through values; a missing one is a gap.
  func trend(_ values: [Double?], at place: (Double, Double), size: (Double, Double)) {
    let known = values.compactMap { $0 }
    guard known.count > 1, let least = known.min(), let greatest = known.max() else { return }
    let span = greatest > least ? greatest - least : 1
    set(ReportColour.accent)
    cairo_set_line_width(cairo, 1)
    var isPen = false
    var end = place
    for (index, value) in values.enumerated() {
      guard let value else {
        isPen = false
        continue
      }
      end = (
        place.0 + Double(index) / Double(max(1, values.count - 1)) * size.0,
        place.1 + 2 + (1 - (value - least) / span) * (size.1 - 4)
      )
      if isPen { cairo_line_to(cairo, end.0, end.1) } else { cairo_move_to(cairo, end.0, end.1) }
      isPen = true
    }
    cairo_stroke(cairo)
    dot(at: end, radius: 1.8, colour: ReportColour.accent)
  }

  func map(_ map: ReportDocument.Map, at origin: (Double, Double), scale: Double) {
    func place(_ point: GroundPoint) -> (Double, Double) {
      (
        origin.0 + (point.east - map.least.east) * scale,
        origin.1 + (map.greatest.north - point.north) * scale
      )
    }
    for hexagon in map.hexagons {
      shape(hexagon.corners.map(place))
      set(ReportColour.map(hexagon.darkness))
      cairo_fill_preserve(cairo)
      set(hexagon.isHot ? "#0b1f3f" : "#ffffff")
      cairo_set_line_width(cairo, hexagon.isHot ? 0.8 : 0.4)
      cairo_stroke(cairo)
    }
    for outline in map.outlines {
      shape(outline.map(place))
      set("#7c8aa0")
      cairo_set_line_width(cairo, 1)
      cairo_stroke(cairo)
    }
    for (index, mark) in map.marks.enumerated() {
      let middle = place(mark)
      dot(at: middle, radius: 6, colour: ReportColour.ink)
      text(
        String(index + 1), at: (middle.0 - 2.4, middle.1 - 6), size: 8, isBold: true,
        colour: "#ffffff")
    }
  }

  private func shape(_ points: [(Double, Double)]) {
    cairo_new_path(cairo)
    for point in points { cairo_line_to(cairo, point.0, point.1) }
    cairo_close_path(cairo)
  }

  private func set(_ colour: String) {
    let (red, green, blue) = ReportColour.parts(colour)
    cairo_set_source_rgb(cairo, red, green, blue)
  }
}
