// A finished document, a page at a time; enlarged it is scrolled by finger or arrow keys.
import QtQuick
import QtQuick.Layouts

FocusScope {
    id: panel
    property int page: 1
    property bool enlarged: false
    readonly property string key: view.document_key
    onKeyChanged: page = 1

    function turn(by) {
        page = Math.max(1, Math.min(view.document_pages, page + by))
        sheet.contentY = 0
    }
    Keys.onUpPressed: sheet.flick(0, 1200)
    Keys.onDownPressed: sheet.flick(0, -1200)
    Keys.onPressed: event => {
        if (event.key === Qt.Key_PageDown) turn(1)
        if (event.key === Qt.Key_PageUp) turn(-1)
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap
        Notice {
            Layout.fillWidth: true
            text: view.document_kept ? Say.word("document-kept") : ""
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap
            Title {
                Layout.fillWidth: true
                text: view.document_title || Say.word("document-title")
                font.pixelSize: Theme.leadSize
                maximumLineCount: 2
                elide: Text.ElideRight
            }
            ActionButton {
                objectName: "document-zoom"
                kind: "secondary"
                compact: true
                text: Say.word(panel.enlarged ? "document-zoom-out" : "document-zoom-in")
                onClicked: panel.enlarged = !panel.enlarged
            }
        }
        Flickable {
            id: sheet
            Layout.fillWidth: true
            Layout.fillHeight: true
            contentWidth: picture.width
            contentHeight: picture.height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            Image {
                id: picture
                objectName: "document-page"
                readonly property real shape: implicitWidth > 0 ? implicitHeight / implicitWidth : 1.414
                width: panel.enlarged ? sheet.width * (Theme.portrait ? 1.6 : 1) : Math.min(sheet.width, sheet.height / shape)
                height: width * shape
                x: Math.max(0, (sheet.width - width) / 2)
                cache: false
                smooth: true
                mipmap: true
                source: panel.key ? "image://pages/" + panel.key + "/" + panel.page : ""
                Accessible.role: Accessible.Graphic
                Accessible.name: Say.word("document-page-picture",
                    {title: view.document_title, page: panel.page, pages: view.document_pages})
                Rectangle { anchors.fill: parent; color: "transparent"; border.color: Theme.border; border.width: Theme.line }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: view.document_pages > 1
            spacing: Theme.gap
            ActionButton {
                objectName: "document-previous"
                kind: "secondary"
                iconName: "arrowBack"
                text: Theme.portrait ? "" : Say.word("document-previous")
                Accessible.name: Say.word("document-previous")
                enabled: panel.page > 1
                onClicked: panel.turn(-1)
            }
            Label {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                text: Say.word("document-page", {page: panel.page, pages: view.document_pages})
            }
            ActionButton {
                objectName: "document-next"
                kind: "secondary"
                iconName: "arrowForward"
                text: Theme.portrait ? "" : Say.word("document-next")
                Accessible.name: Say.word("document-next")
                enabled: panel.page < view.document_pages
                onClicked: panel.turn(1)
            }
        }
        ActionButton {
            objectName: "document-close"
            Layout.fillWidth: true
            focus: true
            iconName: "check"
            text: Say.word("document-close")
            onClicked: booth.closeDocument()
        }
    }
}
