package import City

/// What may be wrong with a device itself (设备体检).
package enum DeviceAilment: String, CaseIterable, Sendable {
  /// It has told nothing for long.
  case offline
  /// One of its values stays the same where that is not normal.
  case stuck
  /// Its mean has left that of its kind.
  case drifting
  /// A value that no working device can measure.
  case implausible
  /// Its alarms are mostly found to be nothing.
  case oftenWrong = "often-wrong"
  /// It tells far less often than its kind should, so that it is of little use.
  case rarelyUsed = "rarely-used"
  case calibrationOverdue = "calibration-overdue"
}

/// How a pack speaks of an ailment, and what it has done about it.
package struct HealthWord: Hashable, Sendable {
  package let ailment: DeviceAilment
  package let name: String
  /// The sentence of one finding, with places for its facts in braces, see docs/devices.md.
  package let say: String
  /// What to do about it, for whoever gets the order.
  package let remedy: String
  package let grade: Grade
  /// Code of the item under which an order to the owner is filed.
  package let item: String

  package init(
    ailment: DeviceAilment, name: String, say: String, remedy: String, grade: Grade, item: String
  ) {
    self.ailment = ailment
    self.name = name
    self.say = say
    self.remedy = remedy
    self.grade = grade
    self.item = item
  }
}
