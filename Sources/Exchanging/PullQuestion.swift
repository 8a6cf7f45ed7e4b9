import City
import Fetching
import JSONText
import Pack
import Ports

/// One question for tickets: what is asked, and what its answer means for the next one. Pure.
struct PullQuestion {
  let pull: Exchange.Pull
  let mark: String
  let offsetMinutes: Int

  private var place: PullPlace { PullPlace(mark: mark) }

  private var values: [String: String] {
    var values = ["cursor": "", "since": "", "page": "", "size": String(pull.size)]
    switch pull.advance {
    case .cursor: values["cursor"] = mark
    case .since(let form, let overlap):
      values["page"] = String(place.page)
      if let since = place.since?.advanced(byMilliseconds: -overlap) {
        values["since"] =
          switch form {
          case .milliseconds: String(since.milliseconds)
          case .seconds: String(since.milliseconds / Duration.second)
          case .local: LocalTime.text(since, offsetMinutes: offsetMinutes)
          }
      }
    }
    return values
  }

  /// Unsigned yet.
  var request: OutgoingRequest {
    var address = pull.url
    var separator = address.contains("?") ? "&" : "?"
    for (name, template) in pull.query {
      let value = Placeholders.filled(template, values)
      guard !value.isEmpty else { continue }
      address += "\(separator)\(PercentText.escaped(name))=\(PercentText.escaped(value))"
      separator = "&"
    }
    switch pull.method {
    case .get: return OutgoingRequest(.get, address)
    case .post:
      return OutgoingRequest(
        .post, address, headers: [("Content-Type", "application/json")],
        body: TextTemplate.filled(pull.body, values).bytes)
    }
  }

  /// A cursor that says nothing new, or is none that can be kept, ends the turn where it is.
  func page(_ rows: [ForeignRow], answer: JSON) -> ForeignPage {
    switch pull.advance {
    case .cursor(let name):
      let next = cursor(TicketExchange.value(name, in: answer))
      let isNew = !next.isEmpty && next != mark && next.count <= FollowerPosition.markMax
      return ForeignPage(
        rows: rows, mark: isNew ? next : mark, isLast: !isNew || rows.isEmpty)
    case .since:
      let times = rows.compactMap { row -> Instant? in
        if case .ticket(let ticket) = row { ticket.createdAt } else { nil }
      }
      let isLast = rows.count < pull.size
      return ForeignPage(rows: rows, mark: place.after(times, isLast: isLast).mark, isLast: isLast)
    }
  }

  private func cursor(_ value: JSON?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case nil, .null, .bool, .number, .array, .object: ""
    }
  }
}

/// A moment on the clocks of the city.
enum LocalTime {
  /// As `2026-11-20 14:00:00`.
  static func text(_ instant: Instant, offsetMinutes: Int) -> String {
    let local = instant.milliseconds + Int64(offsetMinutes) * Duration.minute
    let days = Int((Double(local) / Double(Duration.day)).rounded(.down))
    let date = CivilDate(daysSinceEpoch: days)
    let seconds = (local - Int64(days) * Duration.day) / Duration.second
    func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(date.year)-\(two(Int64(date.month)))-\(two(Int64(date.day))) "
      + "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
