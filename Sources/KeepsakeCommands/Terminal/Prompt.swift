extension Session {
  /// Asks whether to go on; an empty answer means no.
  ///
  /// Throws where the answer is no, or where there is nobody to ask.
  func confirm() throws(CommandError) {
    while true {
      output.write("\nDo you want to continue? (y/N) ")
      guard let answer = input.readLine() else {
        if messages.isTerminal { output.write("\n") }
        throw CommandError(
          what: "stdin is closed.",
          fix: "If you're running in a script, you need to pass the '-f' option.",
          separator: " ")
      }
      switch answer.lowercased().filter({ $0 != " " && $0 != "\r" }) {
      case "y", "yes": return
      case "n", "no", "": throw CommandError(what: "Aborting.")
      default: console.warning("Please enter 'y' or 'n'")
      }
    }
  }
}
