/// One way of writing all the labels of an axis.
package struct AxisLabelFormat: Sendable, Hashable {
  /// How a label is made.
  package enum Notation: Sendable, Hashable {
    /// With this many decimals.
    case decimals(Int)
    /// In units of 10^`exponent`, which `symbol` stands for, with this many decimals.
    case prefix(exponent: Int, symbol: UInt8, decimals: Int)
    /// `1e-4`, with digits down to 10^`lastExponent`.
    case scientific(lastExponent: Int)
    /// As few digits as possible, for ticks at powers of ten.
    case shortest
    /// As few digits as possible, each label with its own SI prefix.
    case shortestPrefix
    /// `1e-4`, with as few digits as possible.
    case shortestScientific
  }

  /// How the labels are made.
  package let notation: Notation

  /// The format for ticks that are `step` apart, none of a larger magnitude than `largest`.
  package init(largest: Double, step: Double) {
    let largest = ShortestDecimal(largest.magnitude)
    let last = ShortestDecimal(step).magnitude
    if largest.digits > 0, largest.magnitude < -3 || largest.magnitude > 20 {
      notation = .scientific(lastExponent: last)
    } else if largest.magnitude >= 5 {
      let group = largest.magnitude / 3
      notation = .prefix(
        exponent: group * 3, symbol: Self.symbols[group], decimals: max(0, group * 3 - last))
    } else {
      notation = .decimals(max(0, -last))
    }
  }

  /// The format for ticks of few digits and many magnitudes, as on a logarithmic axis.
  package init(shortestFrom smallest: Double, to largest: Double) {
    if smallest == 0 || smallest >= 1e-3, largest < 1e5 {
      notation = .shortest
    } else if smallest >= 1, largest < 1e20 {
      notation = .shortestPrefix
    } else {
      notation = .shortestScientific
    }
  }

  /// The SI prefixes of 10^3, 10^6 … 10^18, after one for none.
  fileprivate static let symbols = Array(" kMGTPE".utf8)

  /// The number of characters of the label of `value`.
  package func width(of value: Double) -> Int {
    var buffer = ByteBuffer()
    buffer.append(axisLabel: value, as: self)
    // The minus sign takes three bytes for one character.
    return buffer.bytes.count { $0 & 0xC0 != 0x80 }
  }
}

extension ByteBuffer {
  /// Appends the label of a tick.
  package mutating func append(axisLabel value: Double, as format: AxisLabelFormat) {
    if value == 0 { return append(UInt8(ascii: "0")) }
    var decimal = ShortestDecimal(value)
    switch format.notation {
    case .decimals(let decimals):
      append(plain: decimal.rounded(lastExponent: -decimals), decimals: decimals, style: .screen)
    case .prefix(let exponent, let symbol, let decimals):
      decimal.exponent -= exponent
      append(plain: decimal.rounded(lastExponent: -decimals), decimals: decimals, style: .screen)
      append(symbol)
    case .scientific(let lastExponent):
      let rounded = decimal.rounded(lastExponent: lastExponent)
      append(
        scientific: rounded, decimals: max(0, rounded.magnitude - lastExponent), style: .screen)
    case .shortest:
      append(plain: decimal.rounded(significant: 6), style: .screen)
    case .shortestPrefix:
      let group = max(0, decimal.magnitude / 3)
      decimal.exponent -= group * 3
      append(plain: decimal.rounded(significant: 6), style: .screen)
      if group > 0 { append(AxisLabelFormat.symbols[group]) }
    case .shortestScientific:
      var rounded = decimal.rounded(significant: 3)
      rounded.removeTrailingZeros()
      append(scientific: rounded, style: .screen)
    }
  }
}
