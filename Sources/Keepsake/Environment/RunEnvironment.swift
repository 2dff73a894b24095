#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif
public import KeepsakeModel

/// Where and how a program runs: what is needed to repeat it, besides its files.
public struct RunEnvironment: Sendable, Hashable {
  /// The command line, quoted for a shell.
  public var command: String

  /// The name of the user.
  public var user: String

  /// The name of the machine.
  public var host: String

  /// The version of Python; empty for other programs.
  public var pythonVersion: String

  /// The packages that the program uses: names and versions.
  public var packages: NamedValues

  /// Describes where a program runs.
  public init(
    command: String, user: String, host: String, pythonVersion: String = "",
    packages: NamedValues = [:]
  ) {
    self.command = command
    self.user = user
    self.host = host
    self.pythonVersion = pythonVersion
    self.packages = packages
  }

  /// A program that another process runs, on this machine and as this user.
  package static func other(
    command: String, pythonVersion: String, packages: NamedValues
  ) -> RunEnvironment {
    RunEnvironment(
      command: command, user: userName, host: hostName, pythonVersion: pythonVersion,
      packages: packages)
  }

  /// This process; its packages are the pins of the nearest `Package.resolved` at or above
  /// `folder`.
  public static func current(in folder: String) -> RunEnvironment {
    RunEnvironment(
      command: CommandLine.arguments.map(shellQuoted).joined(separator: " "), user: userName,
      host: hostName, packages: ResolvedPackages.find(from: folder))
  }

  private static var userName: String {
    if let entry = unsafe getpwuid(getuid()), let name = unsafe entry.pointee.pw_name {
      return unsafe String(cString: name)
    }
    return unsafe getenv("USER").map { unsafe String(cString: $0) } ?? ""
  }

  /// The name of this machine; empty where it has none.
  package static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// `argument` as one word of a POSIX shell's command line.
package func shellQuoted(_ argument: String) -> String {
  let isPlain =
    !argument.isEmpty
    && argument.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "@%+=:,./-_".utf8.contains(byte)
      }
    }
  if isPlain { return argument }
  return "'"
    + argument.split(separator: "'", omittingEmptySubsequences: false)
    .joined(separator: #"'"'"'"#) + "'"
}
