import City
import Evaluating

// What is drawn in a report, as SVG within the page.
extension HTMLReport {
  static let barWidth = 240.0
  static let mapWidth = 300.0

  /// Two digits after the point, without sign of nothing: coordinates need no more.
  private static func number(_ value: Double) -> String {
    let text = NumberText.fixed(value, 2)
    return text.hasPrefix("\u{2212}") ? "-" + text.dropFirst() : text
  }

  static func bar(_ bar: ReportDocument.Bar) -> String {
    var svg = "<svg class=\"bar\" viewBox=\"0 0 \(number(barWidth)) 12\">"
    for segment in bar.segments {
      svg += "<rect x=\"\(number(segment.from * barWidth))\" y=\"2\" "
      svg += "width=\"\(number(max(0, (segment.to - segment.from) * barWidth - 1)))\" height=\"8\" "
      svg += "fill=\"\(ReportColour.bar(segment.grade))\"/>"
    }
    svg += "<circle cx=\"\(number(bar.marker * barWidth))\" cy=\"6\" r=\"5\" "
    svg += "fill=\"\(ReportColour.ink)\" stroke=\"#fff\"/></svg>"
    return svg
  }

  /// A line through values; a missing one is a gap.
  static func line(_ values: [Double?], width: Double, height: Double, marks: Bool) -> String {
    let known = values.compactMap { $0 }
    guard known.count > 1, let least = known.min(), let greatest = known.max() else { return "" }
    let span = greatest > least ? greatest - least : 1
    var path = ""
    var isPen = false
    var end = (x: 0.0, y: 0.0)
    for (index, value) in values.enumerated() {
      guard let value else {
        isPen = false
        continue
      }
      let x = 3 + Double(index) / Double(max(1, values.count - 1)) * (width - 6)
      let y = 3 + (1 - (value - least) / span) * (height - 6)
      path += "\(isPen ? "L" : "M")\(number(x)) \(number(y))"
      isPen = true
      end = (x, y)
    }
    var svg = "<svg width=\"\(number(width))\" height=\"\(number(height))\">"
    svg += "<path d=\"\(path)\" fill=\"none\" stroke=\"\(ReportColour.accent)\" "
    svg += "stroke-width=\"\(marks ? "2" : "1.2")\"/>"
    svg += "<circle cx=\"\(number(end.x))\" cy=\"\(number(end.y))\" r=\"\(marks ? "3" : "1.8")\" "
    svg += "fill=\"\(ReportColour.accent)\"/></svg>"
    return svg
  }

  static func map(_ map: ReportDocument.Map) -> String {
    let scale = mapWidth / max(1, map.greatest.east - map.least.east)
    let height = (map.greatest.north - map.least.north) * scale
    func place(_ point: GroundPoint) -> String {
      number((point.east - map.least.east) * scale) + " "
        + number((map.greatest.north - point.north) * scale)
    }
    var svg = "<svg class=\"map\" viewBox=\"-4 -4 \(number(mapWidth + 8)) \(number(height + 8))\">"
    for hexagon in map.hexagons {
      svg += "<path d=\"M\(hexagon.corners.map(place).joined(separator: "L"))Z\" "
      svg += "fill=\"#\(ReportColour.map(hexagon.darkness))\" "
      svg +=
        hexagon.isHot
        ? "stroke=\"#0b1f3f\" stroke-width=\"1\"/>" : "stroke=\"#fff\" stroke-width=\"0.6\"/>"
    }
    for outline in map.outlines {
      svg += "<path d=\"M\(outline.map(place).joined(separator: "L"))Z\" fill=\"none\" "
      svg += "stroke=\"#7c8aa0\" stroke-width=\"1.4\"/>"
    }
    for (index, mark) in map.marks.enumerated() {
      let parts = place(mark).split(separator: " ")
      svg +=
        "<circle cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"8\" fill=\"#16202c\" stroke=\"#fff\"/>"
      svg += "<text x=\"\(parts[0])\" y=\"\(parts[1])\" dy=\"4\" text-anchor=\"middle\" "
      svg += "font-size=\"11\" font-weight=\"bold\" fill=\"#fff\">\(index + 1)</text>"
    }
    return svg + "</svg>"
  }

  static let style = """
    body{font:14px/1.6 "Noto Sans CJK SC","Noto Sans SC",sans-serif;color:#16202c;max-width:760px;\
    margin:32px auto;padding:0 16px}
    header{display:flex;justify-content:space-between;align-items:flex-end;\
    border-bottom:2px solid #16202c;padding-bottom:12px}
    h1{font-size:28px;margin:0;line-height:1.3}p{margin:0}.product,.period{color:#5c6b7a}
    h2{font-size:17px;margin:28px 0 8px;display:flex;justify-content:space-between;\
    align-items:baseline;border-bottom:1px solid #d8dee6}
    h2 small{font-size:12px;font-weight:normal;color:#5c6b7a}
    .top{display:flex;gap:40px;margin-top:16px}.score{flex:0 0 205px;color:#5c6b7a}
    .score .number{font-size:68px;line-height:1.1;font-weight:bold;color:#16202c}
    .top ul{margin:0;padding-left:18px}.top li{margin-bottom:6px}
    .aspects{display:grid;grid-template-columns:repeat(8,1fr);gap:10px}
    .aspects div{border-top:1px solid #b9c7da;padding-top:4px}.aspects b{font-size:19px}
    .aspects small{display:block;color:#5c6b7a;font-size:11px;white-space:nowrap}
    .legend{text-align:right;color:#5c6b7a}.legend span{margin-left:12px}
    .legend i{display:inline-block;width:14px;height:8px;margin-right:4px}
    table{border-collapse:collapse;width:100%}th{font-weight:normal;color:#5c6b7a;text-align:left}
    td,th{border-bottom:1px solid #e3e8ee;padding:3px 6px 3px 0}td.n{text-align:right;font-weight:bold}
    td.u{color:#5c6b7a}td.c{text-align:right}.bar{width:220px;height:12px;display:block}
    .grade{border-radius:4px;padding:1px 6px;margin-right:6px;font-weight:bold;white-space:nowrap}
    .grade i{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:4px}
    .figures td:not(:first-child),.figures th:not(:first-child){text-align:right}
    .hot{display:flex;gap:32px;align-items:center}.map{flex:0 0 300px;width:300px}
    .hot ol{padding-left:18px;margin:0}.hot li{border-bottom:1px solid #d8dee6;padding:3px 0}
    .hot li span:last-child{float:right}.note,footer{color:#5c6b7a;font-size:12px}
    .chapter{padding-left:18px}.chapter li{margin-bottom:4px}
    footer{border-top:1px solid #d8dee6;margin-top:32px;padding-top:8px}
    @media print{body{margin:0;max-width:none}h2,tr,li{break-inside:avoid}}
    """
}
