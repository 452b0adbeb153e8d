import { box, circle, makeIcon } from './make-icon.tsx';

/*
 * The icons of the dashboard, drawn by Lucide (https://lucide.dev), version 1.73. To add one, open it there, copy its SVG,
 * and write its paths here: `circle` and `box` stand for <circle> and <rect>, a <line> is a path of M and L.
 *
 * ISC License
 *
 * Copyright (c) 2026 Lucide Icons and Contributors
 *
 * Permission to use, copy, modify, and/or distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 *
 * The MIT License (MIT) (for the icons that Lucide has from Feather)
 *
 * Copyright (c) 2013-present Cole Bemis
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */

export const ArrowDown = makeIcon('M12 5v14', 'm19 12-7 7-7-7');
export const ArrowLeft = makeIcon('m12 19-7-7 7-7', 'M19 12H5');
export const ArrowRight = makeIcon('M5 12h14', 'm12 5 7 7-7 7');
export const ArrowRightLeft = makeIcon('m16 3 4 4-4 4', 'M20 7H4', 'm8 21-4-4 4-4', 'M4 17h16');
export const ArrowUp = makeIcon('m5 12 7-7 7 7', 'M12 19V5');
export const Ban = makeIcon(circle(12, 12, 10), 'M4.929 4.929 19.07 19.071');
export const Bell = makeIcon(
  'M10.268 21a2 2 0 0 0 3.464 0',
  'M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326',
);
export const BookOpen = makeIcon(
  'M12 5v16',
  'M20.001 19A2 2 0 0022 17V5a2 2 0 00-1.999-2L16 3.002A5 5 0 0012 5a5 5 0 00-4-2H4a2 2 0 00-2 2v12a2 2 0 001.999 2H8a5 5 0 014 2 5 5 0 014-2z',
);
export const Bookmark = makeIcon(
  'M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z',
);
export const Bot = makeIcon('M12 8V4H8', box(4, 8, 16, 12, 2), 'M2 14h2', 'M20 14h2', 'M15 13v2', 'M9 13v2');
export const Braces = makeIcon(
  'M8 3H7a2 2 0 0 0-2 2v5a2 2 0 0 1-2 2 2 2 0 0 1 2 2v5c0 1.1.9 2 2 2h1',
  'M16 21h1a2 2 0 0 0 2-2v-5c0-1.1.9-2 2-2a2 2 0 0 1-2-2V5a2 2 0 0 0-2-2h-1',
);
export const CalendarClock = makeIcon(
  'M16 14v2.2l1.6 1',
  'M16 2v3',
  'M21 7.338V5a2 2 0 00-2-2H5a2 2 0 00-2 2v14a2 2 0 002 2h2.338',
  'M3 9h5.859',
  'M8 2v3',
  circle(16, 16, 6),
);
export const ChartNoAxesColumn = makeIcon('M5 21v-6', 'M12 21V3', 'M19 21V9');
export const Check = makeIcon('M20 6 9 17l-5-5');
export const CheckCheck = makeIcon('M18 6 7 17l-5-5', 'm22 10-7.5 7.5L13 16');
export const ChevronDown = makeIcon('m6 9 6 6 6-6');
export const ChevronLeft = makeIcon('m15 18-6-6 6-6');
export const ChevronRight = makeIcon('m9 18 6-6-6-6');
export const ChevronUp = makeIcon('m18 15-6-6-6 6');
export const ChevronsUpDown = makeIcon('m7 15 5 5 5-5', 'm7 9 5-5 5 5');
export const CircleCheck = makeIcon(circle(12, 12, 10), 'm16 9-5.5 5.5L8 12');
export const CircleDashed = makeIcon(
  'M10.1 2.182a10 10 0 0 1 3.8 0',
  'M13.9 21.818a10 10 0 0 1-3.8 0',
  'M17.609 3.721a10 10 0 0 1 2.69 2.7',
  'M2.182 13.9a10 10 0 0 1 0-3.8',
  'M20.279 17.609a10 10 0 0 1-2.7 2.69',
  'M21.818 10.1a10 10 0 0 1 0 3.8',
  'M3.721 6.391a10 10 0 0 1 2.7-2.69',
  'M6.391 20.279a10 10 0 0 1-2.69-2.7',
);
export const CirclePause = makeIcon(circle(12, 12, 10), 'M10 15V9', 'M14 15V9');
export const CirclePlus = makeIcon(circle(12, 12, 10), 'M8 12h8', 'M12 8v8');
export const CircleQuestionMark = makeIcon(circle(12, 12, 10), 'M9 9.5a3 2.5 0 016 0c0 2-2 2-3 3.5', 'M12 17h.01');
export const CircleSlash = makeIcon(circle(12, 12, 10), 'M9 15L15 9');
export const CircleGauge = makeIcon('M15.6 2.7a10 10 0 1 0 5.7 5.7', circle(12, 12, 2), 'M13.4 10.6 19 5');
export const CircleX = makeIcon(circle(12, 12, 10), 'm15 9-6 6', 'm9 9 6 6');
export const Clock = makeIcon(circle(12, 12, 10), 'M12 6v6l4 2');
export const ClockAlert = makeIcon('M12 6v6l4 2', 'M20 12v5', 'M20 21h.01', 'M21.25 8.2A10 10 0 1 0 16 21.16');
export const Code = makeIcon('m16 18 6-6-6-6', 'm8 6-6 6 6 6');
export const Columns3 = makeIcon(box(3, 3, 18, 18, 2), 'M9 3v18', 'M15 3v18');
export const Copy = makeIcon(box(8, 8, 14, 14, 2), 'M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2');
export const CornerDownLeft = makeIcon('M20 4v7a4 4 0 0 1-4 4H4', 'm9 10-5 5 5 5');
export const Download = makeIcon('M12 15V3', 'M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4', 'm7 10 5 5 5-5');
export const Ellipsis = makeIcon(circle(12, 12, 1), circle(19, 12, 1), circle(5, 12, 1));
export const EllipsisVertical = makeIcon(circle(12, 12, 1), circle(12, 5, 1), circle(12, 19, 1));
export const ExternalLink = makeIcon(
  'M15 3h6v6',
  'M10 14 21 3',
  'M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6',
);
export const Eye = makeIcon(
  'M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0',
  circle(12, 12, 3),
);
export const EyeOff = makeIcon(
  'M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49',
  'M14.084 14.158a3 3 0 0 1-4.242-4.242',
  'M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143',
  'm2 2 20 20',
);
export const FlaskConical = makeIcon(
  'M14 2v6a2 2 0 0 0 .245.96l5.51 10.08A2 2 0 0 1 18 22H6a2 2 0 0 1-1.755-2.96l5.51-10.08A2 2 0 0 0 10 8V2',
  'M6.453 15h11.094',
  'M8.5 2h7',
);
export const Gauge = makeIcon('m12 14 4-4', 'M3.34 19a10 10 0 1 1 17.32 0');
export const Globe = makeIcon(circle(12, 12, 10), 'M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20', 'M2 12h20');
export const Inbox = makeIcon(
  'M22 12 16 12 14 15 10 15 8 12 2 12',
  'M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z',
);
export const Info = makeIcon(circle(12, 12, 10), 'M12 16v-4', 'M12 8h.01');
export const KeyRound = makeIcon(
  'M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z',
  circle(16.5, 7.5, 0.5),
  // The dot fills the ring, which Lucide fills with the colour of its lines.
  'M16.5 7.5h.01',
);
export const Keyboard = makeIcon(
  'M10 8h.01',
  'M12 12h.01',
  'M14 8h.01',
  'M16 12h.01',
  'M18 8h.01',
  'M6 8h.01',
  'M7 16h10',
  'M8 12h.01',
  box(2, 4, 20, 16, 2),
);
export const Layers = makeIcon(
  'M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z',
  'M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12',
  'M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17',
);
export const LayoutDashboard = makeIcon(
  box(3, 3, 7, 9, 1),
  box(14, 3, 7, 5, 1),
  box(14, 12, 7, 9, 1),
  box(3, 16, 7, 5, 1),
);
export const Link2 = makeIcon('M9 17H7A5 5 0 0 1 7 7h2', 'M15 7h2a5 5 0 1 1 0 10h-2', 'M8 12H16');
export const ListChecks = makeIcon('M13 5h8', 'M13 12h8', 'M13 19h8', 'm3 17 2 2 4-4', 'm3 7 2 2 4-4');
export const ListFilter = makeIcon('M2 5h20', 'M6 12h12', 'M9 19h6');
export const LoaderCircle = makeIcon('M21 12a9 9 0 1 1-6.219-8.56');
export const Lock = makeIcon(box(3, 11, 18, 11, 2), 'M7 11V7a5 5 0 0 1 10 0v4');
export const LogOut = makeIcon('m16 17 5-5-5-5', 'M21 12H9', 'M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4');
export const Maximize2 = makeIcon('M15 3h6v6', 'm21 3-7 7', 'm3 21 7-7', 'M9 21H3v-6');
export const Minus = makeIcon('M5 12h14');
export const Monitor = makeIcon(box(2, 3, 20, 14, 2), 'M8 21H16', 'M12 17V21');
export const Moon = makeIcon(
  'M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401',
);
export const PanelRight = makeIcon(box(3, 3, 18, 18, 2), 'M15 3v18');
export const Pencil = makeIcon(
  'M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z',
  'm15 5 4 4',
);
export const Play = makeIcon('M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z');
export const Plus = makeIcon('M5 12h14', 'M12 5v14');
export const Repeat = makeIcon(
  'm17 2 4 4-4 4',
  'M3 11v-1a4 4 0 0 1 4-4h14',
  'm7 22-4-4 4-4',
  'M21 13v1a4 4 0 0 1-4 4H3',
);
export const RotateCw = makeIcon('M21 12a9 9 0 1 1-9-9c2.52 0 4.93 1 6.74 2.74L21 8', 'M21 3v5h-5');
export const Rows2 = makeIcon(box(3, 3, 18, 18, 2), 'M3 12h18');
export const Rows3 = makeIcon(box(3, 3, 18, 18, 2), 'M21 9H3', 'M21 15H3');
export const Save = makeIcon(
  'M15.2 3a2 2 0 0 1 1.4.6l3.8 3.8a2 2 0 0 1 .6 1.4V19a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z',
  'M17 21v-7a1 1 0 0 0-1-1H8a1 1 0 0 0-1 1v7',
  'M7 3v4a1 1 0 0 0 1 1h7',
);
export const Search = makeIcon('m21 21-4.34-4.34', circle(11, 11, 8));
export const SearchX = makeIcon('m13.5 8.5-5 5', 'm8.5 8.5 5 5', circle(11, 11, 8), 'm21 21-4.3-4.3');
export const Send = makeIcon(
  'M14.536 21.686a.5.5 0 0 0 .937-.024l6.5-19a.496.496 0 0 0-.635-.635l-19 6.5a.5.5 0 0 0-.024.937l7.93 3.18a2 2 0 0 1 1.112 1.11z',
  'm21.854 2.147-10.94 10.939',
);
export const ServerOff = makeIcon(
  'M7 2h13a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-5',
  'M10 10 2.5 2.5C2 2 2 2.5 2 5v3a2 2 0 0 0 2 2h6z',
  'M22 17v-1a2 2 0 0 0-2-2h-1',
  'M4 14a2 2 0 0 0-2 2v4a2 2 0 0 0 2 2h16.5l1-.5.5.5-8-8H4z',
  'M6 18h.01',
  'm2 2 20 20',
);
export const ShieldCheck = makeIcon(
  'M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z',
  'm9 12 2 2 4-4',
);
export const ShieldX = makeIcon(
  'M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z',
  'm14.5 9.5-5 5',
  'm9.5 9.5 5 5',
);
export const Shuffle = makeIcon(
  'm18 14 4 4-4 4',
  'm18 2 4 4-4 4',
  'M2 18h1.973a4 4 0 0 0 3.3-1.7l5.454-8.6a4 4 0 0 1 3.3-1.7H22',
  'M2 6h1.972a4 4 0 0 1 3.6 2.2',
  'M22 18h-6.041a4 4 0 0 1-3.3-1.8l-.359-.45',
);
export const SkipForward = makeIcon(
  'M21 4v16',
  'M6.029 4.285A2 2 0 0 0 3 6v12a2 2 0 0 0 3.029 1.715l9.997-5.998a2 2 0 0 0 .003-3.432z',
);
export const Square = makeIcon(box(3, 3, 18, 18, 2));
export const SquarePen = makeIcon(
  'M12 3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-7',
  'M18.375 2.625a1 1 0 0 1 3 3l-9.013 9.014a2 2 0 0 1-.853.505l-2.873.84a.5.5 0 0 1-.62-.62l.84-2.873a2 2 0 0 1 .506-.852z',
);
export const Sun = makeIcon(
  circle(12, 12, 4),
  'M12 2v2',
  'M12 20v2',
  'm4.93 4.93 1.41 1.41',
  'm17.66 17.66 1.41 1.41',
  'M2 12h2',
  'M20 12h2',
  'm6.34 17.66-1.41 1.41',
  'm19.07 4.93-1.41 1.41',
);
export const Timer = makeIcon('M10 2H14', 'M12 14L15 11', circle(12, 14, 8));
export const Trash2 = makeIcon(
  'M10 11v6',
  'M14 11v6',
  'M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6',
  'M3 6h18',
  'M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2',
);
export const TriangleAlert = makeIcon(
  'm21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3',
  'M12 9v4',
  'M12 17h.01',
);
export const Undo2 = makeIcon('M9 14 4 9l5-5', 'M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11');
export const UserMinus = makeIcon('M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2', circle(9, 7, 4), 'M22 11H16');
export const UserPlus = makeIcon('M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2', circle(9, 7, 4), 'M19 8V14', 'M22 11H16');
export const UserRound = makeIcon(circle(12, 8, 5), 'M20 21a8 8 0 0 0-16 0');
export const Users = makeIcon(
  'M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2',
  'M16 3.128a4 4 0 0 1 0 7.744',
  'M22 21v-2a4 4 0 0 0-3-3.87',
  circle(9, 7, 4),
);
export const Webhook = makeIcon(
  'M18 16.98h-5.99c-1.1 0-1.95.94-2.48 1.9A4 4 0 0 1 2 17c.01-.7.2-1.4.57-2',
  'm6 17 3.13-5.78c.53-.97.1-2.18-.5-3.1a4 4 0 1 1 6.89-4.06',
  'm12 6 3.13 5.73C15.66 12.7 16.9 13 18 13a4 4 0 0 1 0 8',
);
export const Workflow = makeIcon(box(3, 3, 8, 8, 2), 'M7 11v4a2 2 0 0 0 2 2h4', box(13, 13, 8, 8, 2));
export const X = makeIcon('M18 6 6 18', 'm6 6 12 12');
export const Zap = makeIcon(
  'M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 01-.472-.667z',
);
