import Foundation
import LoopFixture
import Testing

@testable import Web

/// Scripts that are always needed together go out as one, and mean the same.
@Suite struct ScriptBundlesTests {
  private static func module(_ path: String, _ source: String) throws -> (String, ScriptModule) {
    (path, try ScriptModule(path: path, source: source))
  }

  private static func bundles(
    roots: [String], _ sources: [String: String]
  ) throws -> ScriptBundles {
    let modules = try sources.map { try module($0.key, $0.value) }
    return try ScriptBundles(
      roots: roots, modules: Dictionary(uniqueKeysWithValues: modules))
  }

  @Test func aScriptIsTakenApart() throws {
    let source = """
      // @ts-check
      import { a } from "./a.js";
      import {
        b,
        c,
      } from "../other/b.js";

      /** @type {import("./types.js").Kind} */
      export const d = 1;
      export async function e() {
        return (await import("./late.js")).f;
      }
      export class G {}

      """
    let module = try ScriptModule(path: "/parts/x.js", source: source)
    #expect(
      module.takings == [
        .init(path: "/parts/a.js", names: ["a"]), .init(path: "/other/b.js", names: ["b", "c"]),
      ])
    #expect(module.given == ["d", "e", "G"])
    #expect(module.fetched == ["/parts/late.js"])
    #expect(
      module.body { _ in "/y.js" }
        == "const d=1;async function e(){return(await import(\"/y.js\")).f;}\nclass G{}\n")
  }

  @Test(arguments: [
    "import a from \"./a.js\";", "import * as a from \"./a.js\";",
    "import { a as b } from \"./a.js\";", "import \"./a.js\";", "import { a } from \"a\";",
    "export default class A {}", "export let a = 1;", "export { a } from \"./a.js\";",
    "import { a,",
  ])
  func otherFormsAreRefused(line: String) {
    let said = line.replacing("export ", with: "")
    #expect(throws: ScriptFault.unknownForm(path: "/x.js", line: said)) {
      _ = try ScriptModule(path: "/x.js", source: line + "\n")
    }
  }

  /// So much that it is worth a fetch of its own.
  private static let long =
    "const words = \"\(String(repeating: "a", count: ScriptBundles.fetchedBytesMin))\";\n"

  /// Two documents; the first fetches two long pages and a short one, and both long ones need a row.
  private static let city = [
    "/one.js":
      "import { say } from \"./say.js\";\nsay();\nawait import(\"./page.js\");\n"
      + "await import(\"./list.js\");\nawait import(\"./short.js\");\n",
    "/two.js": "import { say } from \"./say.js\";\nsay();\n",
    "/say.js": "import { word } from \"./word.js\";\nexport const say = () => word;\n",
    "/word.js": "export const word = 1;\n",
    "/page.js": "import { row } from \"./row.js\";\nexport const page = row;\n" + long,
    "/short.js": "export const short = 1;\n",
    "/list.js":
      "import { row } from \"./row.js\";\nimport { own } from \"./own.js\";\n"
      + "export const list = row + own;\n" + long,
    "/row.js": "export const row = 2;\n",
    "/own.js": "export const own = 3;\n",
  ]

  @Test func whatIsNeededTogetherGoesTogether() throws {
    let bundles = try Self.bundles(roots: ["/one.js", "/two.js"], Self.city)
    #expect(
      bundles.bundles == [
        "/one.js": ["/row.js", "/short.js", "/one.js"], "/two.js": ["/two.js"],
        "/page.js": ["/page.js"], "/list.js": ["/own.js", "/list.js"],
        "/say.js": ["/word.js", "/say.js"],
      ])
    let list = try #require(bundles.text(at: "/list.js"))
    #expect(
      list.hasPrefix(
        "import{row}from\"/one.js\";\nconst{own}=(()=>{const own=3;\nreturn{own}})();\n"
          + "const{list}=(()=>{const list=row+own;"))
    #expect(list.hasSuffix("\nreturn{list}})();\nexport{list};\n"))
    let one = try #require(bundles.text(at: "/one.js"))
    #expect(one.contains("await import(\"/one.js\")") && one.hasSuffix("export{row,short};\n"))
    #expect(bundles.text(at: "/own.js") == "export*from\"/list.js\";\n")
    #expect(bundles.text(at: "/none.js") == nil)
    let shared = try #require(bundles.text(at: "/say.js"))
    #expect(shared.hasSuffix("export{say};\n"))
  }

  @Test func whatCannotGoTogetherIsNamed() {
    var twice = Self.city
    twice["/own.js"] = "export const own = 3;\nexport const row = 3;\n"
    #expect(throws: ScriptFault.givenTwice(name: "row", first: "/own.js", second: "/row.js")) {
      _ = try Self.bundles(roots: ["/one.js", "/two.js"], twice)
    }
    var absent = Self.city
    absent["/own.js"] = "export const other = 3;\n"
    #expect(throws: ScriptFault.missing(path: "/list.js", wanted: "/own.js own")) {
      _ = try Self.bundles(roots: ["/one.js", "/two.js"], absent)
    }
  }

  /// All of our pages are understood: every script that a document reaches goes out in one bundle,
  /// after those it takes from.
  @Test func ourPagesGoTogether() throws {
    let documents = ["/index.html", "/field.html", "/intake.html", "/report.html", "/screen.html"]
    let files = PageFiles(folder: Loop.repository + "/web", documents: documents)
    let bundles = try files.currentScripts().bundles.get()
    let members = bundles.bundles.values.flatMap { $0 }
    #expect(Set(members).count == members.count)
    #expect(members.count > 100 && bundles.bundles.count < members.count / 4)
    for document in ["parts", "field", "intake", "report", "screen"] {
      #expect(bundles.bundles["/\(document)/main.js"]?.last == "/\(document)/main.js")
    }
    for (path, members) in bundles.bundles {
      let file = try #require(files.file(path, ending: "js"), "\(path)")
      #expect(file.lean == Array(try #require(bundles.text(at: path)).utf8), "\(path)")
      #expect(members.contains(path))
    }
  }

  @Test func aChangedFileIsSeen() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ text: String) throws {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    try write("index.html", "<script type=\"module\" src=\"/main.js\"></script>\n")
    try write("main.js", "import { a } from \"./a.js\";\na();\n")
    try write("a.js", "export function a() {}\n")
    try write("all.css", "/* all */\n@import \"./part.css\";\nb { top: 0; }\n")
    try write("part.css", "a { top: 1px; }\n")
    let files = PageFiles(folder: folder, documents: ["/index.html", "/absent.html"])
    func sent(_ path: String, _ ending: String) throws -> String {
      String(decoding: try #require(files.file(path, ending: ending)).lean, as: UTF8.self)
    }
    let before = try sent("/main.js", "js")
    #expect(before.contains("function a(){}"))
    #expect(try sent("/all.css", "css") == "a{top:1px}b{top:0}\n")
    try write("a.js", "export function a() {\n  return 12;\n}\n")
    try write("part.css", "a { top: 22px; }\n")
    #expect(try sent("/main.js", "js").contains("return 12"))
    #expect(try sent("/all.css", "css") == "a{top:22px}b{top:0}\n")
    // What is not understood goes out as it lies there.
    try write("a.js", "export function a() {}\nexport default a;\n")
    #expect(try sent("/main.js", "js") == "import{a}from\"./a.js\";a();\n")
    #expect(files.file("/none.js", ending: "js") == nil)
  }
}
