import City
import Ports
import Testing

@testable import Vault

@Suite("sealing by SM4 and HMAC-SM3")
struct NationalSealTests {
  private func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  @Test("the block cipher gives the example of GB/T 32907-2016")
  func standardExample() {
    // Counter mode shows the cipher itself: the stream of a counter is its encryption.
    let key = bytes("0123456789abcdeffedcba9876543210")
    let stream = NationalSeal.stream([UInt8](repeating: 0, count: 16), key, key)
    #expect(stream == bytes("681edf34d206965e86b3e94f536e4246"))
  }

  @Test("what is sealed comes back, for its subject and unchanged alone")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    var settings = KeyRingTests.small
    settings.form = .national
    let ring = try KeyRing(folder: folder.path + "/keys", settings: settings)
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var numbers = SeededNumbers(seed: seed)
    for count in [0, 1, 15, 16, 17, 5_000] {
      let (subject, other) = (try ring.newSubject(), try ring.newSubject())
      let value = numbers.bytes(count)
      let sealed = try ring.seal(value, for: subject)
      #expect(sealed.bytes.count == count + NationalSeal.addedBytes)
      #expect(try ring.open(sealed) == value)
      #expect(try ring.seal(value, for: subject) != sealed)
      let content = try ring.seal(value, for: subject, nonce: .content)
      #expect(try ring.seal(value, for: subject, nonce: .content) == content)
      #expect(try ring.open(content) == value)
      #expect(throws: SealingFault.damaged) {
        try ring.open(Sealed(subject: other, bytes: sealed.bytes))
      }
      for _ in 0..<20 {
        var changed = sealed.bytes
        let place = Int.random(in: changed.indices, using: &numbers)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        #expect(throws: SealingFault.damaged) {
          try ring.open(Sealed(subject: subject, bytes: changed))
        }
      }
    }
  }

  @Test("both forms lie side by side in one folder")
  func bothForms() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/keys"
    let first = try KeyRing(folder: path, settings: KeyRingTests.small)
    let subject = try first.newSubject()
    let old = try first.seal([1, 2, 3], for: subject)
    try first.close()
    var settings = KeyRingTests.small
    settings.form = .national
    let second = try KeyRing(folder: path, settings: settings)
    let new = try second.seal([4, 5], for: subject)
    #expect(try second.open(old) == [1, 2, 3])
    try second.close()
    let third = try KeyRing(folder: path, settings: KeyRingTests.small)
    #expect(try third.open(new) == [4, 5])
  }
}
