internal import KeepsakeCommands

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

@main
struct Main {
  static func main() async {
    exit(await CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
  }
}

#if os(Linux)
  /// What libstdc++ takes from glibc 2.36 or newer unless it is here; nothing that we use calls it.
  @_cdecl("arc4random")
  func randomWord() -> UInt32 { .random(in: .min ... .max) }
#endif
