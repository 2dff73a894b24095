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
    #if canImport(Glibc)
      // Threads take memory from the system in steps of at least this size; those of the C library
      // are small, and each is a call that stops the other threads.
      _ = setMemory(topPadding, 32 << 20)
    #endif
    exit(await CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
  }
}

#if canImport(Glibc)
  /// `mallopt` of the C library, whose header the module lacks.
  @_silgen_name("mallopt")
  func setMemory(_ parameter: Int32, _ value: Int32) -> Int32

  /// `M_TOP_PAD`
  private let topPadding: Int32 = -2
#endif

#if os(Linux)
  /// What libstdc++ takes from glibc 2.36 or newer unless it is here; nothing that we use calls it.
  @_cdecl("arc4random")
  func randomWord() -> UInt32 { .random(in: .min ... .max) }
#endif
