import City
import Engine
import Foundation
import HTTPServing
import JSONText
import LoopFixture
import Ports
import Testing

@testable import Web

@Suite struct FindingTests {
  private static let camera = DeviceFixture.gauge(
    "CAM-1", kind: "camera",
    attributes: [
      "direction": "90", "angle": "80", "reach": "120", "feed": "https://video.example/CAM-1",
    ])

  /// Answers with one picture, and only for one address.
  private struct Album: PictureSource {
    let bytes: [UInt8]
    func picture(at address: String) async throws(PictureFault) -> [UInt8] {
      guard address == "https://box.example/1.jpg" else { throw .host }
      return bytes
    }
  }

  private func finding(_ second: Int64, _ more: [(String, JSON)] = []) -> JSON {
    let at = Loop.start.advanced(byMilliseconds: second * Duration.second)
    return .object(
      [
        JSONMember("kind", .string(TestItem.lamp)), JSONMember("confidence", 0.93),
        JSONMember("at", .string(TimeText.write(at))), JSONMember("camera", "CAM-1"),
      ] + more.map { JSONMember($0.0, $0.1) })
  }

  @Test("a real picture is kept with its hash; several findings of one thing are one event")
  func joins() async throws {
    try await DeviceFixture.with([Self.camera]) { fixture in
      let web = fixture.web
      let boxes: JSON = [["left": 0.3, "top": 0.3, "width": 0.3, "height": 0.3, "label": "灯杆"]]
      let first = await web.post(
        "/findings",
        finding(0, [("pictureData", .string(DevicePicture.jpeg)), ("boxes", boxes)]),
        as: .system)
      #expect(first.status == 201 && first.json?["outcome"]?.string == "opened", "\(first.text)")
      for second in 1...5 as ClosedRange<Int64> {
        let next = await web.post("/findings", finding(second * 20), as: .system)
        #expect(next.json?["outcome"]?.string == "joined")
        #expect(next.json?["event"] == first.json?["event"])
      }
      let again = await web.post("/findings", finding(100), as: .system)
      #expect(again.status == 200 && again.json?["outcome"]?.string == "repeated")
      #expect(await web.get("/events").elements.count == 1)

      let signal = try #require(await web.get("/signals?channel=video").elements.last)
      let digest = try #require(signal["evidence"]?[0]?.string)
      let file = await web.get("/files/\(digest)")
      #expect(file.status == 200 && file.bytes.starts(with: [0xFF, 0xD8, 0xFF]))
      #expect(file.response.header("Content-Type") == "image/jpeg")
      #expect(signal["text"]?.string?.contains("93%") == true)
      #expect(signal["text"]?.string?.contains("灯杆") == true)
    }
  }

  @Test("a picture of the size that cameras make is taken, and the journal has but its hash")
  func large() async throws {
    try await DeviceFixture.with([Self.camera]) { fixture in
      let web = fixture.web
      // What follows the end of a JPEG is cut off where it is kept.
      let small = try #require(Base64Text.bytes(DevicePicture.jpeg))
      let bytes = small + Array(repeating: 7, count: 600_000 - small.count / 3 * 3)
      let text = Data(bytes).base64EncodedString()
      let answer = await web.post(
        "/findings", finding(0, [("pictureData", .string(text))]), as: .system)
      #expect(answer.status == 201, "\(answer.text)")
      let shown = try #require(await web.get("/signals?channel=video").elements.first)
      let digest = try #require(shown["evidence"]?[0]?.string)
      #expect(await web.get("/files/\(digest)").bytes.starts(with: [0xFF, 0xD8, 0xFF]))
      let id = try #require(shown["id"]?.string.flatMap { Int64($0) })
      let signal = try #require(try await web.loop.engine.store.load(ID<Signal>(id)))
      guard case .plain(let raw) = signal.raw else {
        Issue.record("the finding names nobody")
        return
      }
      let kept = String(decoding: raw, as: UTF8.self)
      #expect(kept.contains("\"pictureData\":\"\(digest)\"") && raw.count < 1_000)
    }
  }

  @Test("a picture comes by address from allowed hosts alone, and must be one")
  func addresses() async throws {
    let jpeg = Base64Text.bytes(DevicePicture.jpeg) ?? []
    try await DeviceFixture.with([Self.camera], pictures: Album(bytes: jpeg)) { fixture in
      let web = fixture.web
      let good = await web.post(
        "/findings", finding(0, [("pictureURL", "https://box.example/1.jpg")]), as: .system)
      #expect(good.status == 201, "\(good.text)")
      let bad = await web.post(
        "/findings", finding(1, [("pictureURL", "http://169.254.169.254/")]), as: .system)
      #expect(bad.names("pictureURL", "picture.host"))
    }
    try await DeviceFixture.with([Self.camera], pictures: Album(bytes: Array("text".utf8))) {
      fixture in
      let text = await fixture.web.post(
        "/findings", finding(0, [("pictureURL", "https://box.example/1.jpg")]), as: .system)
      #expect(text.names("picture", "picture.kind"))
    }
    try await DeviceFixture.with([Self.camera]) { fixture in
      let off = await fixture.web.post(
        "/findings", finding(0, [("pictureURL", "https://box.example/1.jpg")]), as: .system)
      #expect(off.names("pictureURL", "picture.host"))
    }
  }

  @Test("what is wrong with a finding is named")
  func refusals() async throws {
    try await DeviceFixture.with([Self.camera]) { fixture in
      let rows: [(JSON, String, String)] = [
        (finding(0).with("camera", "CAM-9"), "camera", "camera.unknown"),
        (finding(0).with("confidence", 1.5), "confidence", "number.range"),
        (finding(0).with("at", "now"), "at", "time.form"),
        (finding(0, [("picture", "abc")]), "picture", "digest.form"),
        (finding(0, [("pictureData", "%%%")]), "pictureData", "base64.form"),
        (finding(0, [("boxes", [["left": 2]])]), "boxes", "field.type"),
        (
          finding(0, [("boxes", .array(Array(repeating: [:], count: 65)))]), "boxes",
          "array.too_long"
        ),
      ]
      for (body, field, rule) in rows {
        let answer = await fixture.web.post("/findings", body, as: .system)
        #expect(answer.names(field, rule), "\(field) \(rule): \(answer.text)")
      }
    }
  }

  @Test("a case shows the cameras that see its place, with the operator's page")
  func cameras() async throws {
    try await DeviceFixture.with([Self.camera]) { fixture in
      let web = fixture.web
      func number(_ id: String, east: Double, north: Double) async throws -> ID<Case> {
        try await web.loop.file(
          id, at: (District.inWest.longitude + east, District.inWest.latitude + north))
      }
      // East of it within reach; north of it, where it does not look; far away.
      let seen = try await number("seen", east: 0.0006, north: 0)
      let beside = try await number("beside", east: 0, north: 0.0009)
      let far = try await number("far", east: 0.004, north: 0)
      let answer = await web.get("/cases/\(seen.rawValue)/cameras")
      #expect(answer.elements.first?["feed"]?.string == "https://video.example/CAM-1")
      #expect(answer.elements.first?["direction"]?.number == 90)
      #expect(await web.get("/cases/\(beside.rawValue)/cameras").elements.isEmpty)
      #expect(await web.get("/cases/\(far.rawValue)/cameras").elements.isEmpty)
      let near = "\(District.inWest.longitude + 0.0006),\(District.inWest.latitude)"
      #expect(await web.get("/cameras?near=\(near)").elements.count == 1)
    }
  }
}
