package import City
import Pack

/// A check-up report in words and proportions, before any kind of page: what HTML, PDF and
/// spreadsheet lay out alike.
package struct ReportDocument: Sendable {
  /// A bar that shows how far a number is from where each grade begins.
  package struct Bar: Hashable, Sendable {
    /// A stretch of the bar.
    package struct Segment: Hashable, Sendable {
      /// nil = normal.
      package let grade: Grade?
      /// Shares of the bar's length.
      package let from: Double
      package let to: Double
    }
    package let segments: [Segment]
    package let marker: Double
  }

  /// One line of the table of vitals.
  package struct VitalRow: Sendable {
    package let name: String
    package let aspect: String
    package let value: String
    package let number: Double
    package let unit: String
    package let bar: Bar
    package let grade: Grade?
    package let gradeName: String
    package let change: String
    /// How much it counts within its aspect.
    package let weight: Int
    /// Earlier values, the oldest first.
    package let trend: [Double?]
  }

  /// A table of figures of units or streets.
  package struct Table: Sendable {
    package let title: String
    package let head: [String]
    package let rows: [[String]]
    package let note: String
  }

  /// A head and the text behind it.
  package struct Paragraph: Sendable {
    package let head: String
    package let text: String
    package let grade: Grade?

    init(_ head: String, _ text: String, _ grade: Grade? = nil) {
      self.head = head
      self.text = text
      self.grade = grade
    }
  }

  /// One side of the city.
  package struct Aspect: Sendable {
    package let name: String
    package let points: String
    package let change: String
  }

  /// The map of hot spots: hexagons with how dark they are, on flat ground.
  package struct Map: Sendable {
    /// One cell of the ground.
    package struct Hexagon: Sendable {
      package let corners: [GroundPoint]
      /// 0 to 1.
      package let darkness: Double
      package let isHot: Bool
    }
    package let hexagons: [Hexagon]
    package let outlines: [[GroundPoint]]
    /// In the order of the spots that are listed.
    package let marks: [GroundPoint]
    package let least: GroundPoint
    package let greatest: GroundPoint
  }

  /// Vitals of the first page.
  package static let keyVitalsMax = 11

  package let title: String
  package let product: String
  package let period: String
  package let scoreLabel: String
  package let score: String
  package let scoreNote: String
  package let scoreTrend: [Double?]
  package let summary: [CheckUpSentence]
  package let aspectsTitle: String
  package let aspectsNote: String
  package let aspects: [Aspect]
  package let vitalsTitle: String
  /// Vital, now, band, grade, change, trend.
  package let vitalsHead: [String]
  package let legend: [(grade: Grade?, name: String)]
  /// All vitals, in the order of their aspects.
  package let vitals: [VitalRow]
  package let allTitle: String
  /// Those of the first page: what is out of its band, the gravest first, then what counts most.
  package let keyVitals: [VitalRow]
  package let hotTitle: String
  package let hotNote: String
  package let map: Map?
  package let hotLines: [(place: String, figures: String)]
  package let hotRemark: String
  /// What got worse, deductions, advice, warnings, not measurable: title and paragraphs.
  package let chapters: [(title: String, paragraphs: [Paragraph])]
  package let tables: [Table]
  package let footer: String
  /// Places `{page}` and `{pages}` in braces.
  package let page: String
}

extension ReportDocument.Bar {
  /// Room beyond the outermost edge, as a share of the span that is shown.
  private static let room = 0.2

  init(_ state: VitalState, worse: RuleSide, value: Double) {
    let edges = state.band.edges
    var shown = edges.map(\.beyond) + [value]
    if let usual = state.band.usual { shown.append(usual) }
    var least = shown.min() ?? 0
    var greatest = shown.max() ?? 1
    if greatest <= least { greatest = least + max(1, abs(least)) }
    let margin = (greatest - least) * Self.room
    least -= margin
    greatest += margin
    func share(_ value: Double) -> Double {
      min(1, max(0, (value - least) / (greatest - least)))
    }
    marker = share(value)
    var segments: [Segment] = []
    if worse == .above {
      var from = 0.0
      var grade: Grade?
      for edge in edges {
        segments.append(Segment(grade: grade, from: from, to: share(edge.beyond)))
        from = share(edge.beyond)
        grade = edge.grade
      }
      segments.append(Segment(grade: grade, from: from, to: 1))
    } else {
      var to = 1.0
      var grade: Grade?
      for edge in edges {
        segments.append(Segment(grade: grade, from: share(edge.beyond), to: to))
        to = share(edge.beyond)
        grade = edge.grade
      }
      segments.append(Segment(grade: grade, from: 0, to: to))
      segments.reverse()
    }
    self.segments = segments.filter { $0.to > $0.from }
  }
}
