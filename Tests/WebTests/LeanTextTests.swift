import Foundation
import LoopFixture
import Testing

@testable import Web

/// Scripts and styles go out without comments, and otherwise as they are.
@Suite struct LeanTextTests {
  @Test(arguments: [
    ("const a = 1; // one\n", "const a=1;\n"),
    ("// @ts-check\n\n/** What it is. */\nlet b;\n", "let b;\n"),
    ("  if (a) {\n    run();\n  }\n", "if(a){run();}\n"),
    ("const x = /** @type {any} */ (y);\n", "const x=(y);\n"),
    ("a /* over\n two lines */ b\n", "a\nb\n"),
    ("const u = \"http://x // y\"; // z\n", "const u=\"http://x // y\";\n"),
    ("const s = 'it\\'s // fine';\n", "const s='it\\'s // fine';\n"),
    ("const r = /^https?:\\/\\//i.test(v); // r\n", "const r= /^https?:\\/\\//i.test(v);\n"),
    ("x.split(/[/\"]+/); // t\n", "x.split(/[/\"]+/);\n"),
    ("return /a\\/\\/b/.test(c);\n", "return /a\\/\\/b/.test(c);\n"),
    (
      "const q = a / b; // half\nconst w = (a + b) / 2; // c\n",
      "const q=a / b;const w=(a+b) / 2;\n"
    ),
    (
      "const m = `a\n    // kept ${f({ b: `c // ${d}` })} e`; // gone\n",
      "const m=`a\n    // kept ${f({b:`c // ${d}`})} e`;\n"
    ),
    ("const n = `${a /* gone */ / b}`; // x\n", "const n=`${a / b}`;\n"),
    ("f(\n  a,\n  [b, c],\n);\n", "f(a,[b,c]);\n"),
    ("const [, b] = [\n  ,\n  2,\n];\n", "const[,b]=[,2];\n"),
    ("a\n  ? b\n  : c.d\n    .e();\n", "a?b:c.d.e();\n"),
    ("x = a + +b - -c + d++ + e;\n", "x=a+ +b- -c+d++ +e;\n"),
    ("if (a < !b) c;\nlet y = 1 .toFixed();\n", "if(a< !b)c;let y=1 .toFixed();\n"),
    ("class A {\n  b = 1;\n  c() {}\n  static d() {}\n}\n", "class A{b=1;c(){}\nstatic d(){}}\n"),
    ("export default async function f() {}\nf()\n", "export default async function f(){}\nf()\n"),
    ("return `a ${ b } c`;\n", "return`a ${b} c`;\n"),
    ("x\n(y);\n", "x\n(y);\n"),
  ])
  func scripts(source: String, lean: String) {
    #expect(String(decoding: LeanText.script(Array(source.utf8)), as: UTF8.self) == lean)
  }

  @Test func styles() {
    let source = "/* head */\na { color: red; } /* why\n not */\n\n  b { content: \"/*\"; }\n"
    #expect(
      String(decoding: LeanText.style(Array(source.utf8)), as: UTF8.self)
        == "a{color:red}b{content:\"/*\"}\n")
    let rule = "a > b, a :hover {\n  width: calc(100% - 2px);\n  margin: 0 -1px;\n}\n"
    #expect(
      String(decoding: LeanText.style(Array(rule.utf8)), as: UTF8.self)
        == "a > b,a :hover{width:calc(100% - 2px);margin:0 -1px}\n")
    let wide = "@media (min-width: 600px) and (hover) {\n  a { --b: 1px; }\n}\n"
    #expect(
      String(decoding: LeanText.style(Array(wide.utf8)), as: UTF8.self)
        == "@media (min-width:600px) and (hover){a{--b:1px}}\n")
  }

  /// What is lean already stays as it is, whatever our pages hold.
  @Test func leanTwiceIsLeanOnce() throws {
    let root = Loop.repository + "/web"
    let files = try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".js") && !$0.hasPrefix("vendor/") }
    #expect(files.count > 50)
    for file in files {
      let source = try Array(Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)")))
      let lean = LeanText.script(source)
      #expect(LeanText.script(lean) == lean, "\(file)")
      #expect(lean.count < source.count, "\(file)")
      // Nothing of a comment is left, and nothing of the code lost its end.
      let text = String(decoding: lean, as: UTF8.self)
      #expect(!text.contains("@ts-check") && !text.contains("@param"), "\(file)")
      #expect(text.hasSuffix("\n"), "\(file)")
    }
  }
}
