import Language

/// A telephone number as it is compared: ASCII digits, without the country's own prefix.
enum ContactText {
  private static let countryPrefixes = ["0086", "86"]
  /// Digits of a mobile number within the country.
  private static let mobileDigits = 11

  static func normalised(_ phone: String) -> String {
    let digits = String(
      TextForm.normalised(phone).unicodeScalars.filter { ("0"..."9").contains($0) }.map(
        Character.init))
    for prefix in countryPrefixes
    where digits.hasPrefix(prefix) && digits.count == mobileDigits + prefix.count {
      return String(digits.dropFirst(prefix.count))
    }
    return digits
  }
}
