// KERN's tokens at the size of this screen, in the chosen contrast. Main sets the size and the choices.
pragma Singleton

import QtQuick

QtObject {
    property real screenWidth: 1080
    property real screenHeight: 1920
    property bool highContrast: false
    property bool largeText: false
    property string family: "Fira Sans"

    readonly property bool portrait: screenHeight > screenWidth
    // One unit is a pixel of a screen 1080 wide; KERN's lengths are meant for arm's length, not for a kiosk.
    readonly property real unit: Math.min(screenWidth, screenHeight) / 1080
    readonly property real textUnit: unit * (largeText ? 1.25 : 1)

    // The smallest type is 38: capitals of 7.3 mm on a 24-inch screen (EN 301 549, 5.1.4).
    readonly property int bodySize: Math.round(38 * textUnit)
    readonly property int leadSize: Math.round(46 * textUnit)
    readonly property int titleSize: Math.round(60 * textUnit)
    readonly property int panelTitleSize: Math.round((portrait ? 60 : 50) * textUnit)
    readonly property int displaySize: Math.round(112 * textUnit)

    readonly property int gapSmall: Math.round(Tokens.space * unit)
    readonly property int gap: Math.round(Tokens.spaceLarge * unit)
    readonly property int gapLarge: Math.round(Tokens.spaceHuge * unit)
    readonly property int touch: Math.round(104 * unit)
    readonly property int radius: Math.round(Tokens.radius * 2 * unit)
    readonly property int radiusLarge: Math.round(Tokens.radiusLarge * 2 * unit)
    readonly property int line: Math.max(2, Math.round(3 * unit))
    readonly property int lineBold: Math.max(3, Math.round(6 * unit))

    readonly property color action: highContrast ? "#ffff00" : Tokens.action
    readonly property color actionInk: highContrast ? "#000000" : Tokens.actionInk
    readonly property color focus: highContrast ? "#00ffff" : Tokens.focus
    readonly property color background: highContrast ? "#000000" : Tokens.background
    readonly property color surface: highContrast ? "#000000" : Tokens.surface
    readonly property color border: highContrast ? "#ffffff" : Tokens.border
    readonly property color text: highContrast ? "#ffffff" : Tokens.text
    readonly property color mutedText: highContrast ? "#ffffff" : Tokens.mutedText
    readonly property color inputBorder: highContrast ? "#ffffff" : Tokens.inputBorder
    readonly property color inputBackground: highContrast ? "#000000" : Tokens.inputBackground
    readonly property color info: highContrast ? "#ffffff" : Tokens.info
    readonly property color infoBackground: highContrast ? "#000000" : Tokens.infoBackground
    readonly property color success: highContrast ? "#ffffff" : Tokens.success
    readonly property color successBackground: highContrast ? "#000000" : Tokens.successBackground
    readonly property color warning: highContrast ? "#ffff00" : Tokens.warning
    readonly property color warningBackground: highContrast ? "#000000" : Tokens.warningBackground
    readonly property color danger: highContrast ? "#ffffff" : Tokens.danger
    readonly property color dangerBackground: highContrast ? "#000000" : Tokens.dangerBackground
    readonly property color dark: highContrast ? "#000000" : Tokens.text
    readonly property color darkInk: Tokens.inverseText
}
