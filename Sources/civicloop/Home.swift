import Glibc

/// Where packs and pages lie: found from the program itself, wherever it is started from.
struct Home {
  let packs: String
  let pages: String

  /// Looks upward from the program's own file, then in the share folder of an installation.
  static func find() throws -> Home {
    if let named = getenv("CIVICLOOP_HOME") {
      return Home(String(cString: named))
    }
    var folder = programPath()
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      for candidate in [folder, folder + "/share/civicloop"]
      where isFolder(candidate + "/packs/core") {
        return Home(candidate)
      }
    }
    throw WorkFault(
      message:
        "no packs found beside the program; set CIVICLOOP_HOME to the folder that holds packs/ and web/"
    )
  }

  private init(_ folder: String) {
    packs = folder + "/packs"
    pages = folder + "/web"
  }

  private static func programPath() -> String {
    guard let path = realpath("/proc/self/exe", nil) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
