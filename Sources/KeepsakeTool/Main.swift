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
