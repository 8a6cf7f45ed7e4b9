import Foundation
import Pack
import PackReading
import Testing

@Suite("The guide to packs")
struct DocumentationExampleTests {
  @Test("shows a pack that reads without findings beside the core pack")
  func example() throws {
    let root = CorePack.folder.dropLast("/packs/core".count)
    let guide = try String(contentsOfFile: "\(root)/docs/packs.md", encoding: .utf8)
    var files: [PackFiles.File] = []
    for block in guide.components(separatedBy: "```").enumerated().filter({ $0.offset % 2 == 1 }) {
      let lines = block.element.split(separator: "\n", omittingEmptySubsequences: false)
      let marker = "# packs/noise/"
      guard let head = lines.firstIndex(where: { $0.hasPrefix(marker) }) else { continue }
      let text = lines[(head + 1)...].joined(separator: "\n")
      files.append(
        PackFiles.File(
          path: String(lines[head].dropFirst(marker.count)), bytes: Array(text.utf8)))
    }
    try #require(files.count == 3)
    let reading = PackReader.read(
      files: PackFiles(name: "noise", files: files), dependencies: [try CorePack.pack()])
    #expect(reading.findings.map(\.text) == [])
    #expect(reading.pack?.items.map(\.code) == ["school-noise"])
    #expect(reading.pack?.stories.count == 1)
  }
}
