// The window: the bar that is always there, the screen of the moment, the way back and out, and questions over all.
import QtQuick
import QtQuick.Layouts
import QtQuick.Window

Window {
    id: window
    objectName: "window"
    width: 1080
    height: 1920
    visible: false
    color: Theme.background
    title: Say.word("product") + ": " + Say.word("screen-" + view.screen)

    readonly property var screens: ({
        attract: "AttractScreen.qml", language: "LanguageScreen.qml", service: "ServiceScreen.qml",
        code: "CodeScreen.qml", waiting: "WaitingScreen.qml", callback: "CallbackScreen.qml",
        parked: "PauseScreen.qml", hold: "PauseScreen.qml", call: "CallScreen.qml", card: "CallScreen.qml",
        eid: "CallScreen.qml", still: "CallScreen.qml",
        summary: "CallScreen.qml", document: "CallScreen.qml", thanks: "ThanksScreen.qml",
        unavailable: "UnavailableScreen.qml"
    })
    readonly property bool inCall: screens[view.screen] === "CallScreen.qml"
    readonly property bool canGoBack: ["service", "code", "callback"].includes(view.screen) && !view.busy
    readonly property bool canLeave: ["language", "service", "code", "waiting", "callback", "parked", "hold"].includes(view.screen)
    readonly property QtObject theme: Theme
    property bool asksToLeave: false

    function leave() {
        if (view.ticket !== "" || view.screen === "waiting")
            asksToLeave = true
        else
            booth.leave()
    }

    Binding { target: Theme; property: "screenWidth"; value: window.width }
    Binding { target: Theme; property: "screenHeight"; value: window.height }
    Binding { target: Theme; property: "highContrast"; value: view.high_contrast }
    Binding { target: Theme; property: "largeText"; value: view.large_text }
    Binding { target: Theme; property: "family"; value: fontFamily }

    // Keys that a keypad with tactile marks can have; they work on every screen.
    Shortcut { sequence: "F2"; onActivated: booth.toggleReading() }
    Shortcut { sequence: "F3"; enabled: view.reading.on; onActivated: booth.readAgain() }
    Shortcut { sequence: "F4"; enabled: view.reading.on; onActivated: booth.beSilent() }
    Shortcut { sequence: "F5"; enabled: view.reading.on; onActivated: booth.changePace() }
    Shortcut { sequence: "F6"; enabled: view.reading.on; onActivated: booth.changeLoudness() }
    Shortcut { sequence: "F7"; enabled: view.reading.on; onActivated: booth.togglePersonal() }

    ColumnLayout {
        id: stack
        anchors.fill: parent
        spacing: 0
        enabled: !window.asksToLeave && view.still_there_s == null

        TopBar { Layout.fillWidth: true }
        ReadingBar { Layout.fillWidth: true }
        Loader {
            id: screen
            objectName: "screen"
            Layout.fillWidth: true
            Layout.fillHeight: true
            source: window.screens[view.screen]
            onLoaded: if (stack.enabled) item.forceActiveFocus()
        }
        Rectangle {
            objectName: "bottom-bar"
            visible: window.canGoBack || window.canLeave
            Layout.fillWidth: true
            implicitHeight: ways.implicitHeight + 2 * Theme.gap
            color: Theme.surface
            Rectangle { width: parent.width; height: Theme.line; color: Theme.border; opacity: 0.4 }
            RowLayout {
                id: ways
                anchors.fill: parent
                anchors.margins: Theme.gap
                ActionButton {
                    objectName: "back"
                    visible: window.canGoBack
                    kind: "secondary"
                    iconName: "arrowBack"
                    text: Say.word("back")
                    onClicked: booth.back()
                }
                Item { Layout.fillWidth: true }
                ActionButton {
                    objectName: "leave"
                    visible: window.canLeave
                    kind: "tertiary"
                    iconName: "close"
                    text: Say.word("leave")
                    onClicked: window.leave()
                }
            }
        }
    }

    Connections {
        target: view
        function onValueChanged(key) {
            if (key === "screen" || key === "state")
                window.asksToLeave = window.asksToLeave && (window.canLeave || window.inCall)
        }
    }

    Question {
        objectName: "leave-question"
        visible: window.asksToLeave && view.still_there_s == null
        title: Say.word("leave-title")
        text: Say.word(window.inCall || view.screen === "hold" ? "leave-call-text"
                       : view.screen === "parked" ? "leave-parked-text" : "leave-text")
        yesName: "leave-stay"
        yes: Say.word("leave-stay")
        noName: "leave-confirm"
        no: Say.word("leave-go")
        onYesClicked: window.asksToLeave = false
        onNoClicked: {
            window.asksToLeave = false
            booth.leave()
        }
    }
    Question {
        objectName: "still-there-question"
        visible: view.still_there_s != null
        title: Say.word("still-there-title")
        text: view.still_there_s != null ? Say.word("still-there-text", {seconds: view.still_there_s})
                        + (["waiting", "callback", "parked"].includes(view.screen) ? " " + Say.word("still-there-waiting") : "") : ""
        yesName: "still-there"
        yes: Say.word("still-there-stay")
        noName: "still-there-leave"
        no: Say.word("leave")
        onYesClicked: booth.touched()
        onNoClicked: booth.leave()
    }
}
