/// A report that is tables under a title: what HTML and spreadsheet lay out alike.
package struct TableDocument: Hashable, Sendable {
  /// Rows under a head; all rows are as long as the head.
  package struct Table: Hashable, Sendable {
    package let title: String
    package let head: [String]
    package let rows: [[String]]

    package init(title: String, head: [String], rows: [[String]]) {
      self.title = title
      self.head = head
      self.rows = rows
    }
  }

  package let product: String
  package let title: String
  package let period: String
  package let tables: [Table]
  package let footer: String

  package init(
    product: String, title: String, period: String, tables: [Table], footer: String
  ) {
    self.product = product
    self.title = title
    self.period = period
    self.tables = tables
    self.footer = footer
  }
}
