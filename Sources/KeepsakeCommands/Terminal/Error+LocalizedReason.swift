#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension Error {
  /// The reason without a type's name around it, where Foundation gives one.
  var localizedReason: String {
    #if canImport(FoundationEssentials)
      if let error = (self as? CocoaError)?.underlying ?? (self as? POSIXError) {
        guard let code = (error as? POSIXError)?.code.rawValue else { return "\(error)" }
        // SAFETY: `strerror` returns a terminated text that lives until this thread's next call.
        return unsafe String(cString: strerror(code)).lowercased()
      }
    #endif
    return "\(self)"
  }
}
