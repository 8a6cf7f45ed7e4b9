package import City
package import Pack

/// How grave a case is when it is filed.
package enum CaseGrade {
  /// What a case without item counts as until somebody names one.
  package static let unclassified = Grade.blue

  /// The item's own grade.
  package static func grade(for item: Item?) -> Grade { item?.grade ?? unclassified }
}
