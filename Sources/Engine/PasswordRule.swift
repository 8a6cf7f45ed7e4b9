/// What a password must be like.
enum PasswordRule {
  /// Characters from which on the sorts of characters do not matter.
  static let plainMin = 12
  /// Sorts of characters that a shorter one must have: small, large, digits, others.
  static let sortsMin = 3
  /// Characters that a password must not consist of alone.
  static let distinctMin = 5

  /// - Parameters:
  ///   - names: of whose account it is, and of places that everybody knows.
  /// - Throws: the first rule that is broken.
  static func check(
    _ password: String, login: String, names: [String], words: GuessableWords
  ) throws(AccountFault) {
    guard password.count >= Accounts.passwordCharactersMin else {
      throw .passwordTooShort(min: Accounts.passwordCharactersMin)
    }
    guard password.utf8.count <= Accounts.passwordBytesMax else {
      throw .passwordTooLong(max: Accounts.passwordBytesMax)
    }
    let isLong = password.count >= plainMin
    guard Set(password).count >= distinctMin, isLong || sorts(password) >= sortsMin else {
      throw .passwordPlain(sorts: sortsMin, plainMin: plainMin)
    }
    let name = login.lowercased()
    guard name.count < 3 || !password.lowercased().contains(name) else { throw .passwordOfLogin }
    guard words.own(password, besides: names) >= GuessableWords.ownMin else {
      throw .passwordCommon(ownMin: GuessableWords.ownMin)
    }
  }

  private static func sorts(_ password: String) -> Int {
    let isSort: [(Character) -> Bool] = [
      { $0.isLowercase }, { $0.isUppercase }, { $0.isNumber },
      { !$0.isLowercase && !$0.isUppercase && !$0.isNumber },
    ]
    return isSort.filter { password.contains(where: $0) }.count
  }
}
