package import City

/// A condition over observations (规则). One episode of it is an Alarm.
///
/// It binds to every stream of one measure of one kind of device, unless `scope` narrows that.
/// What its form computes from the observations (a value, a window's mean, a span of silence …)
/// is held against the levels, mild to grave.
package struct Rule: Hashable, Sendable {
  /// Levels of one rule: as many as there are grades.
  package static let levelsMax = 4

  package let code: String
  package let name: String
  /// Code of the kind of device.
  package let kind: String
  /// Code of a measure of that kind; empty for the silence of a device with any measure.
  package let measure: String
  package let scope: RuleScope
  package let form: RuleForm
  /// Whether greater or smaller values are worse.
  package let side: RuleSide
  /// Mild to grave, at least one.
  package let levels: [RuleLevel]
  package let active: RuleSchedule
  /// So long an observation may come after a later one of its stream and still count. The rule
  /// waits as long before it looks, so 0 where nothing comes out of order.
  package let latenessMilliseconds: Int64
  package let dependency: RuleDependency?
  /// The sentence of an alarm, with places for its numbers in braces, see docs/rules.md.
  package let say: String
  /// Why the rule is there: the standard or the reason behind its limits.
  package let why: String
  /// Code of the item that an alarm reports as a signal; nil = an alarm only.
  package let item: String?
  /// The mildest grade from which an alarm becomes a signal.
  package let signalFrom: Grade

  package init(
    code: String, name: String, kind: String, measure: String, scope: RuleScope = RuleScope(),
    form: RuleForm, side: RuleSide = .above, levels: [RuleLevel],
    active: RuleSchedule = RuleSchedule(), latenessMilliseconds: Int64 = 0,
    dependency: RuleDependency? = nil, say: String, why: String, item: String? = nil,
    signalFrom: Grade = .blue
  ) {
    self.code = code
    self.name = name
    self.kind = kind
    self.measure = measure
    self.scope = scope
    self.form = form
    self.side = side
    self.levels = levels
    self.active = active
    self.latenessMilliseconds = latenessMilliseconds
    self.dependency = dependency
    self.say = say
    self.why = why
    self.item = item
    self.signalFrom = signalFrom
  }
}

/// Which way a value must pass a limit.
package enum RuleSide: String, CaseIterable, Sendable { case above, below }

/// Which of the kind's devices a rule watches. Everything given must fit; empty = all.
package struct RuleScope: Hashable, Sendable {
  /// Codes of areas; a device fits that lies in one of them.
  package let areas: [String]
  /// Codes of single devices.
  package let devices: [String]
  /// A device fits whose attribute of each name has one of the values.
  package let attributes: [RuleAttribute]

  package init(areas: [String] = [], devices: [String] = [], attributes: [RuleAttribute] = []) {
    self.areas = areas
    self.devices = devices
    self.attributes = attributes
  }
}

/// What an attribute of a device must be.
package struct RuleAttribute: Hashable, Sendable {
  package let name: String
  package let values: [String]

  package init(name: String, values: [String]) {
    self.name = name
    self.values = values
  }
}

/// One step of a rule: from where on it holds, and from where on no longer.
package struct RuleLevel: Hashable, Sendable {
  package let grade: Grade
  /// Reached strictly beyond this, in the measure's unit or what the form says.
  package let raise: Double
  /// Left strictly on the other side of this.
  package let clear: Double
  /// So long must it stay reached before it counts; in windows: so many in a row, at least 1.
  package let hold: Int64
  /// So long must it stay left before it ends; in windows: so many in a row, at least 1.
  package let clearHold: Int64

  package init(
    grade: Grade, raise: Double, clear: Double, hold: Int64 = 0, clearHold: Int64 = 0
  ) {
    self.grade = grade
    self.raise = raise
    self.clear = clear
    self.hold = hold
    self.clearHold = clearHold
  }
}

/// When a rule may raise. While it may not, nothing opens or grows; what is open may still clear.
package struct RuleSchedule: Hashable, Sendable {
  /// Code of working hours within which (or outside of which) it holds; nil = always.
  package let hours: String?
  package let isOutsideHours: Bool
  /// Months 1 to 12; empty = the whole year.
  package let months: [Int]

  package init(hours: String? = nil, isOutsideHours: Bool = false, months: [Int] = []) {
    self.hours = hours
    self.isOutsideHours = isOutsideHours
    self.months = months
  }

  package var isAlways: Bool { hours == nil && months.isEmpty }
}

/// Silent while another device's alarm of a rule is open: the gateway that this one reports by.
package struct RuleDependency: Hashable, Sendable {
  /// Kind of the Link from the device to what it depends on.
  package let link: String
  /// Code of the rule whose open alarm there explains this one.
  package let rule: String

  package init(link: String, rule: String) {
    self.link = link
    self.rule = rule
  }
}
