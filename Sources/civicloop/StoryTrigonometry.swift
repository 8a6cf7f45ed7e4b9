import Glibc

extension Double {
  /// Cosine of an angle in radians.
  var cosineForStory: Double { cos(self) }
}
