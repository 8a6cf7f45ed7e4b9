package import JSONText
package import Pack

/// Reads tickets of objects that another system sends: the profile's columns are their members.
///
/// The profile's format and encoding do not matter here; all else is as with files.
package struct TicketObjects {
  private let layout: TicketLayout
  private let wanted: WantedColumns
  /// Columns of what was reported, each once; what changes while a ticket is handled is none.
  private let reported: [Int]
  private var composer: TicketComposer

  /// - Throws: `.zoneUnknown`.
  package init(
    profile: TicketProfile, circumstances: TicketReader.Circumstances
  ) throws(ImportFault) {
    layout = TicketLayout(columns: profile.columns)
    wanted = WantedColumns(required: layout.names)
    reported = Set(
      layout.id + layout.title + layout.text + layout.type + layout.created + layout.address
        + layout.longitude + layout.latitude + layout.reporterName + layout.reporterPhone
    ).sorted()
    composer = try TicketComposer(layout: layout, profile: profile, circumstances: circumstances)
  }

  /// - Parameter number: the row's own, from 1, for refusals.
  package mutating func ticket(_ object: JSON, number: Int) -> TicketRow {
    guard let members = object.members else {
      return .refused(
        RowRefusal(row: number, field: "", rule: RowRule.notObject, value: object.kind.rawValue))
    }
    let outcome = JSONLTable.row(number: number, members: members, wanted: wanted, raw: [])
    guard case .row(let read) = outcome else {
      guard case .refused(let refusal) = outcome else { preconditionFailure("a row or none") }
      return .refused(refusal)
    }
    let row = Row(number: number, values: read.values, others: [], raw: raw(read.values))
    do throws(TicketRefusal) {
      return .ticket(try composer.ticket(row))
    } catch {
      return .refused(
        RowRefusal(row: number, field: error.field, rule: error.rule, value: error.value))
    }
  }

  /// What was reported, as JSON with the columns in the profile's order.
  private func raw(_ values: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    for place in reported where !values[place].isEmpty {
      writer.member(layout.names[place], values[place])
    }
    writer.endObject()
    return writer.take()
  }
}
