/// Finds the first sheet of a workbook, and whether its days count from 1904.
final class SheetFinder: XMLListener {
  private(set) var relation: String?
  private(set) var countsFrom1904 = false
  let fault: WorkbookFault? = nil

  func begin(_ name: String, _ attributes: XMLAttributes) {
    switch name {
    case "sheet" where relation == nil: relation = attributes["id"]
    case "workbookPr": countsFrom1904 = ["1", "true"].contains(attributes["date1904"] ?? "")
    default: break
    }
  }

  func end(_: String) {}
  func text(_: UnsafeBufferPointer<UInt8>) {}
}

/// The file of each relation of a workbook.
final class RelationFinder: XMLListener {
  private(set) var targets: [String: String] = [:]
  let fault: WorkbookFault? = nil

  func begin(_ name: String, _ attributes: XMLAttributes) {
    guard name == "Relationship", let id = attributes["Id"], let target = attributes["Target"]
    else { return }
    targets[id] = target
  }

  func end(_: String) {}
  func text(_: UnsafeBufferPointer<UInt8>) {}
}

/// Which cell styles show a day or a time (ECMA-376 part 1, 18.8.30 and 18.8.31).
final class StyleFinder: XMLListener {
  /// By the number of the style.
  private(set) var datedStyles: [Bool] = []
  let fault: WorkbookFault? = nil
  private var datedFormats: Set<Int> = []
  private var isInCellFormats = false

  /// Formats that every program has by number.
  private static let datedBuiltIn = [14...22, 27...36, 45...47, 50...58]

  func begin(_ name: String, _ attributes: XMLAttributes) {
    switch name {
    case "numFmt":
      guard let id = attributes["numFmtId"].flatMap({ Int($0) }),
        let code = attributes["formatCode"], Self.shows(code)
      else { return }
      datedFormats.insert(id)
    case "cellXfs": isInCellFormats = true
    case "xf" where isInCellFormats:
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      datedStyles.append(
        datedFormats.contains(id) || Self.datedBuiltIn.contains { $0.contains(id) })
    default: break
    }
  }

  func end(_ name: String) {
    if name == "cellXfs" { isInCellFormats = false }
  }

  func text(_: UnsafeBufferPointer<UInt8>) {}

  /// Whether a format has a letter of days or times outside of texts and colours.
  private static func shows(_ code: String) -> Bool {
    var closing: Character?
    var isEscaped = false
    for letter in code.lowercased() {
      if isEscaped {
        isEscaped = false
      } else if let end = closing {
        if letter == end { closing = nil }
      } else if letter == "\\" {
        isEscaped = true
      } else if letter == "\"" {
        closing = "\""
      } else if letter == "[" {
        closing = "]"
      } else if "ymdhs".contains(letter) {
        return true
      }
    }
    return false
  }
}

/// All shared strings in one buffer. Phonetic readings beside them are left out.
final class StringGatherer: XMLListener {
  private(set) var bytes: [UInt8] = []
  /// Where each string ends.
  private(set) var ends: [Int] = []
  private(set) var fault: WorkbookFault?
  private let bytesMax: Int
  private var isInText = false
  private var isInReading = false

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  func begin(_ name: String, _: XMLAttributes) {
    if name == "rPh" { isInReading = true }
    if name == "t" { isInText = !isInReading }
  }

  func end(_ name: String) {
    switch name {
    case "t": isInText = false
    case "rPh": isInReading = false
    case "si": ends.append(bytes.count)
    default: break
    }
  }

  func text(_ piece: UnsafeBufferPointer<UInt8>) {
    guard isInText else { return }
    guard bytes.count + piece.count <= bytesMax else {
      fault = .tooLarge(what: "sharedStrings", max: bytesMax)
      return
    }
    bytes.append(contentsOf: piece)
  }

  /// nil where there is none of this number.
  func string(_ index: Int) -> ArraySlice<UInt8>? {
    guard ends.indices.contains(index) else { return nil }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}
