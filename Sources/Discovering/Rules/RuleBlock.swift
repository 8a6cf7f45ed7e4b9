import City
import Pack

/// What a cell computes. A cell is one rule on one stream, or one rule on one group of streams.
enum BlockForm: UInt8, BitwiseCopyable {
  case value, rate, panes, samples, silence, stuck, flapping, range, member, several
  case first, sequence, neighbours, fence, partner
}

/// One rule as numbers, without anything that has to be counted or looked up while it runs.
struct RuleBlock: BitwiseCopyable {
  let form: BlockForm
  /// Index in the program's rules.
  let rule: UInt32
  /// Words of running state of one cell.
  let words: Int
  /// Place of its first level among those of all blocks.
  let firstLevel: Int
  let levels: Int
  /// Whether holds count windows in a row, not milliseconds.
  let countsRuns: Bool
  /// 1 where greater is worse, -1 where smaller is; values and limits are multiplied by it.
  let sign: Double
  /// Of the form, where its running state begins behind the common words.
  let base: Int
  let lateness: Int64
  let aggregate: BlockAggregate
  /// Milliseconds: width, span, or per; see the form.
  var span: Int64 = 0
  /// Milliseconds: step of windows, least distance of a rate.
  var step: Int64 = 0
  /// Of a rate: observations farther apart say nothing.
  var within: Int64 = 0
  /// Panes of a window, places of a ring, observations of a window by count.
  var places: Int = 0
  var isByCount = false
  var isAbsolute = false
  var limitLow = 0.0
  var limitHigh = 0.0
  /// The condition of a member or of a first or second observation; the limit is multiplied by
  /// its sign.
  var conditionSign = 1.0
  var conditionLimit = 0.0
}

/// What windows compute, without associated values.
enum BlockAggregate: UInt8, BitwiseCopyable { case least, greatest, mean, sum, count, percentile, distinct }

/// One level of a block; limits are multiplied by the block's sign.
struct BlockLevel: BitwiseCopyable {
  let raise: Double
  let clear: Double
  let hold: Int64
  let clearHold: Int64
  /// Index among all grades.
  let grade: Int
}

/// Places of the words that every cell has.
enum CellWord {
  /// When the open episode was opened.
  static let opened = 0
  /// Level now (lowest 8 bits), whether anything is pending (bit 8), empty windows in a row (from
  /// bit 16).
  static let state = 1
  /// Since when each level has been passed (or left), one word each.
  static let since = 2
}

/// Nothing, in a word that holds a time.
let noTime = Int64.min
/// Never, as the time at which a cell wants to be looked at.
let neverDue = Int64.max

extension RuleBlock {
  /// Values looked at by percentile and distinct, and crossings by flapping: at most so many.
  static let placesMax = 256

  /// - Parameter role: the form of this cell where a rule has cells of several forms.
  init(_ rule: Rule, index: Int, firstLevel: Int, role: BlockForm? = nil) {
    let shape = BlockShape(rule, role)
    form = shape.form
    self.rule = UInt32(index)
    self.firstLevel = firstLevel
    levels = rule.levels.count
    countsRuns = shape.form == .panes || shape.form == .samples
    sign = rule.side == .above ? 1 : -1
    base = shape.isSecondary ? 0 : CellWord.since + rule.levels.count
    words = base + shape.words
    lateness = rule.latenessMilliseconds
    aggregate = shape.aggregate
    span = shape.span
    step = shape.step
    within = shape.within
    places = shape.places
    isByCount = shape.isByCount
    isAbsolute = shape.isAbsolute
    limitLow = shape.limitLow
    limitHigh = shape.limitHigh
    conditionSign = shape.condition.side == .above ? 1 : -1
    conditionLimit = shape.condition.limit * conditionSign
  }
}

/// The numbers of one form.
struct BlockShape {
  var form: BlockForm
  /// Words behind the common ones.
  var words = 1
  /// Whether the cell only reports to another one.
  var isSecondary = false
  var aggregate = BlockAggregate.mean
  var span: Int64 = 0
  var step: Int64 = 0
  var within: Int64 = 0
  var places = 0
  var isByCount = false
  var isAbsolute = false
  var limitLow = 0.0
  var limitHigh = 0.0
  var condition = RuleCondition(side: .above, limit: 0)

  init(_ rule: Rule, _ role: BlockForm?) {
    form = .value
    switch rule.form {
    case .value: break
    case .rate(let per, let over, let within, let sign):
      form = .rate
      words = 3
      (span, step, self.within) = (per, over, within)
      isAbsolute = sign == .absolute
    case .window(let window): take(window)
    case .silence:
      form = .silence
      words = 2
    case .stuck(let band):
      form = .stuck
      words = 3
      limitHigh = band
    case .flapping(let level, let within):
      form = .flapping
      limitHigh = level
      span = within
      let most = rule.levels.map(\.raise).max() ?? 0
      places = min(max(Int(most) + 1, 2), RuleBlock.placesMax)
      words = 3 + places
    case .range(let least, let greatest):
      form = .range
      (limitLow, limitHigh) = (least, greatest)
    case .several(let condition, _, let within):
      form = .several
      self.condition = condition
      span = within
      words = 4
    case .sequence(let first, _, let then, let within):
      form = .sequence
      condition = role == .first ? first : then
      span = within
      words = 2
    case .neighbours(let neighbours):
      form = .neighbours
      words = 5
      places = neighbours.devicesMin
      span = neighbours.withinMilliseconds
    case .fence:
      form = .fence
      words = 5
    }
    guard let role else { return }
    form = role
    isSecondary = true
    words = 2
  }

  private mutating func take(_ window: RuleWindow) {
    switch window.aggregate {
    case .least: aggregate = .least
    case .greatest: aggregate = .greatest
    case .mean: aggregate = .mean
    case .sum: aggregate = .sum
    case .count: aggregate = .count
    case .percentile(let percent):
      aggregate = .percentile
      limitLow = percent
    case .distinct: aggregate = .distinct
    }
    let keepsSamples = aggregate == .percentile || aggregate == .distinct
    form = keepsSamples ? .samples : .panes
    switch window.shape {
    case .tumbling(let width): (span, step) = (width, width)
    case .sliding(let width, let step): (span, self.step) = (width, step)
    case .count(let number):
      isByCount = true
      within = Int64(number)
    }
    places = keepsSamples ? window.samplesMax : isByCount ? 1 : Int(span / step)
    words = keepsSamples ? 3 + 2 * places : 1 + 2 * places
  }
}
