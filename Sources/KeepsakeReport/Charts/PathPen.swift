/// Writes the `d` attribute of a path from absolute points in tenths.
///
/// Lines are relative, differences of points that are already rounded, so nothing drifts.
struct PathPen {
  private var x = 0
  private var y = 0
  private var hasLine = false

  /// Starts a sub-path.
  mutating func move(x: Int, y: Int, in buffer: inout ByteBuffer) {
    buffer.append(UInt8(ascii: "M"))
    buffer.append(tenths: x)
    buffer.append(separatedTenths: y)
    (self.x, self.y) = (x, y)
    hasLine = false
  }

  /// Draws a line; nothing where the point is the one before.
  @inline(__always)
  mutating func line(x: Int, y: Int, in buffer: inout ByteBuffer) {
    let (dx, dy) = (x - self.x, y - self.y)
    if dx == 0, dy == 0 { return }
    if !hasLine {
      buffer.append(UInt8(ascii: "l"))
      hasLine = true
      buffer.append(tenths: dx)
    } else {
      buffer.append(separatedTenths: dx)
    }
    buffer.append(separatedTenths: dy)
    (self.x, self.y) = (x, y)
  }

  /// Ends a sub-path: one without a line becomes a dot, which round caps make visible.
  mutating func end(in buffer: inout ByteBuffer) {
    if !hasLine { buffer.append("h0") }
  }
}
