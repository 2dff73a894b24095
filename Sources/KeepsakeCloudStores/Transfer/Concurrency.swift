/// Runs `body` for each element, at most `width` at the same time.
func forEachConcurrently<Element: Sendable>(
  _ elements: some Sequence<Element>, width: Int,
  _ body: @escaping @Sendable (Element) async -> Void
) async {
  await withTaskGroup(of: Void.self) { group in
    var running = 0
    for element in elements {
      if running == width {
        await group.next()
        running -= 1
      }
      group.addTask { await body(element) }
      running += 1
    }
  }
}
