"""Who gets what from every route: the table that CI walks, cell by cell.

RIGHTS says for each kind of right what each person gets for an object of each tenant; ROUTES gives
each method of each route an object and a right. A route without a line fails a test, and so does a
line without a route.

The letters: + done (2xx, 3xx), - as if missing (404, 410), x may not (403), > log in first,
! right but refused by a rule (400, 409, 422), _ not asked.
The tenants: own is 县水利局 (filer, filer2, unit_head and supervisor stand there), child its
县水利管理站, sibling 县交通运输局, foreign the next county's 水利局, classified a unit or project
that the system keeps no content of.
"""

PEOPLE = (
    "anonymous",
    "disabled",
    "filer",
    "filer2",
    "unit_head",
    "supervisor",
    "station_filer",
    "stranger",
    "secret_filer",
    "section_reviewer",
    "other_section_reviewer",
    "performance_reviewer",
    "budget_officer",
    "leader",
    "observer",
    "plan_admin",
    "sys_admin",
    "sec_admin",
    "audit_admin",
    "expert",
    "foreign_filer",
    "foreign_reviewer",
)

RIGHTS = """
#            adffusstcsopblopssaeff
#            nii2hvtrleseueblycuxfr
open: no log-in needed
  own        ++++++++++++++++++++++
member: whoever is logged in; what it shows is each person's own
  own        >>++++++++++++++++++++
see publishing: the plan administrator; the plan is published, so the page leads back to it
  own        >>xxxxxxxxxxxxx+xxxxxx
publish: the plan administrator; refused, since the plan is published
  own        >>xxxxxxxxxxxxx!xxxxxx
see this publishing: the plan administrator of the plan's county
  own        >>xxxxxxxxxxxxx+xxxx--
  foreign    >>------------------xx
publish this: the same; refused, since the plan is published
  own        >>xxxxxxxxxxxxx!xxxx--
  foreign    >>------------------xx
description: as member; asked of few, since it takes half a second
  own        >_+____________+______
entrance: leads to the log-in page, by whoever it is pressed
  own        >>>>>>>>>>>>>>>>>>>>>>
return: whoever has a password comes back, but not into a foreign ended session
  own        +!++++++++++++++++++++
own password: only who knows the present password (here: the filer's)
  own        >>+!!!!!!!!!!!!!!!!!!!
personal: exists for its owner alone
  own        >>+-------------------
  child      >>----+---------------
  sibling    >>-----+--------------
  foreign    >>------------------+-
lend seat: the holder, the head of the holder's unit, the security administrator
  own        >>+-+------------+----
  child      __-__-+-----_-_--+__--
  sibling    __-__--+----_-_--+__--
  foreign    __-__-------_-_---__+-
hand over: as lend seat, but not the holder alone
  own        >>x-+------------+----
  child      __-__-x-----_-_--+__--
  sibling    __-__--x----_-_--+__--
  foreign    __-__-------_-_---__x-
accounts: system and security administrators
  own        >>xxxxxxxxxxxxxx++xxxx
system: the system administrator
  own        >>xxxxxxxxxxxxxx+xxxxx
region: the system administrator; nothing lies below a county
  own        >>xxxxxxxxxxxxxx!xxxxx
security: the security administrator
  own        >>xxxxxxxxxxxxxxx+xxxx
unlock: the security administrator; nothing is locked here
  own        >>xxxxxxxxxxxxxxx!xxxx
end seat: the security administrator; a unit keeps its last filer
  own        >>--------------x+----
  child      __-__-------_-_-x!__--
  sibling    __-__-------_-_-x!__--
  foreign    __-__-------_-_---__--
see person: system and security administrators, of their own county
  own        >>xxxxxxxxxxxxxx++xxxx
  child      __x__xxxxxxx_x_x++__xx
  sibling    __x__xxxxxxx_x_x++__xx
  foreign    __x__xxxxxxx_x_x--__xx
  classified __x__xxxxxxx_x_x++__xx
grant: the security administrator, in the own county
  own        >>xxxxxxxxxxxxxxx+xxxx
  child      __x__xxxxxxx_x_xx+__xx
  sibling    __x__xxxxxxx_x_xx+__xx
  foreign    __x__xxxxxxx_x_x--__xx
  classified __x__xxxxxxx_x_xx+__xx
switch: the system administrator; a unit keeps its last filer
  own        >>xxxxxxxxxxxxxx+xxxxx
  child      __x__xxxxxxx_x_x!x__xx
  sibling    __x__xxxxxxx_x_x!x__xx
  foreign    __x__xxxxxxx_x_x--__xx
  classified __x__xxxxxxx_x_x!x__xx
link: the system administrator, in the own county
  own        >>xxxxxxxxxxxxxx+xxxxx
  child      __x__xxxxxxx_x_x+x__xx
  sibling    __x__xxxxxxx_x_x+x__xx
  foreign    __x__xxxxxxx_x_x--__xx
  classified __x__xxxxxxx_x_x+x__xx
places: the three that keep places, rights and plans
  own        >>xxxxxxxxxxxxx+++xxxx
see place: as places, in the own county
  own        >>xxxxxxxxxxxxx+++xxxx
  child      __x__xxxxxxx_x_+++__xx
  sibling    __x__xxxxxxx_x_+++__xx
  foreign    __x__xxxxxxx_x_---__xx
  classified __x__xxxxxxx_x_+++__xx
keep unit: the system administrator, in the own county
  own        >>xxxxxxxxxxxxxx+xxxxx
  child      __x__xxxxxxx_x_x+x__xx
  sibling    __x__xxxxxxx_x_x+x__xx
  foreign    __x__xxxxxxx_x_---__xx
  classified __x__xxxxxxx_x_x+x__xx
begin liaison: filers, heads and the plan administrator
  own        >>+++x++xxxxxxx+xxxx+x
new liaison: the same, for the own unit (here: 县水利局)
  own        >>+++x!!xxxxxxx+xxxx!x
new api liaison: a unit whose officers one does not keep does not exist
  own        >>+++----------+------
know liaison: whoever finds the unit in the directory (no route asks it; the canaries do)
  own        >>++++---+++++++++----
  child      >>---++--+++++++++----
  sibling    >>-----+-+++++++++----
  foreign    >>------------------++
keep liaison: filers and head of the unit, the plan administrator; others who find it may not
  own        >>+++x---xxxxxx+xx----
  child      __-__x+--xxx_x_+xx__--
  sibling    __-__--+-xxx_x_+xx__--
  foreign    __-__-------_-_---__+x
keep section: the same; others may not even ask
  own        >>xxxxxxxxxxxxxx+xxxxx
  child      __x__xxxxxxx_x_x+x__xx
  sibling    __x__xxxxxxx_x_x+x__xx
  foreign    __x__xxxxxxx_x_x-x__xx
resend: as keep section; refused here, since nothing failed
  own        >>xxxxxxxxxxxxxx!xxxxx
  foreign    __x__xxxxxxx_x_x-x__xx
trail: the audit administrator
  own        >>xxxxxxxxxxxxxxxx+xxx
see project: own unit, its supervisor and section, the bureau; a classified one nearly nobody
  own        >>++++---+-+++++------
  child      >>---++--+-+++++------
  sibling    >>-----+--++++++------
  foreign    >>------------------++
  classified >>++++-----+---+------
know unit: own unit and its supervisor; the directory for the bureau and the county's administrators
  own        >>++++---+++++++++----
  child      __-__++--+++_+_+++__--
  sibling    __-__--+-+++_+_+++__--
  foreign    __-__-------_-_---__++
  classified __-__---++++_+_+++__--
see unit: its work, for own unit, its supervisor and section, and who reads the whole region
  own        >>++++---+-+++++------
  child      __-__++--+-+_+_+--__--
  sibling    __-__--+--++_+_+--__--
  foreign    __-__-------_-_---__++
  classified __-__---++-+_+_+--__--
see task: everybody of the county
  own        >>++++++++++++++++++--
  child      >>++++++++++++++++++--
  sibling    >>++++++++++++++++++--
  foreign    >>------------------++
leads: who looks after other people's deadlines
  own        >>xxx+xxx+++++++xxxxx+
counts: the bureau
  own        >>xxxxxxx+++++++xxxxx+
check task: the lead and the performance section, the plan administrator
  own        >>xxxxxxxxx+xxx+xxxx--
  child      >>xxxxxxxxx+xxx+xxxx--
  sibling    >>xxxxxxxxx+xxx+xxxx--
  foreign    >>------------------x+
keep task: the plan administrator; others who see the task may not
  own        >>xxxxxxxxxxxxx+xxxx--
  child      >>xxxxxxxxxxxxx+xxxx--
  sibling    >>xxxxxxxxxxxxx+xxxx--
  foreign    >>------------------xx
steer: the plan administrator
  own        >>xxxxxxxxxxxxx+xxxxxx
start again: the plan administrator; refused, since the year has its plan
  own        >>xxxxxxxxxxxxx!xxxxxx
amend: the plan administrator; others who see the plan may not
  own        >>xxxxxxxxxxxxx+xxxx--
  foreign    >>------------------xx
edit draft: the plan administrator; for others there is no draft
  own        >>-------------+------
  foreign    >>--------------------
apply draft: the same; refused, since people have filed what the draft leaves out
  own        >>-------------!------
  foreign    >>--------------------
keep library: the plan administrator of the region that is named
  own        >>xxxxxxxxxxxxx+xxxxxx
extend: the plan administrator; others who see the duty may not
  own        >>xxxx---x-xxxx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
  classified __-__---xx-x_x_+--__--
begin project: filers and the plan administrator
  own        >>++xx++xxxxxxx+xxxx+x
new project: the same; who files for one unit makes it there, whatever unit was sent
  own        >>++xx++xxxxxxx+xxxx!x
keep editions: who makes a library: performance section, plan administrator, department's supervisor
  own        >>xxx+xxxxx+xxx+xxxxx+
start edition: the same, for the own region (here: 尉犁县); another is refused as no choice
  own        >>xxx!xxxxx+xxx+xxxxx!
start api edition: the same
  own        >>xxxxxxxxx+xxx+xxxxxx
edition: exists for the performance section and the plan administrator of its region
  own        >>---------+---+------
  foreign    >>-------------------+
take candidates: the same; refused, since these targets promise nothing of the kind
  own        >>---------!---!------
  foreign    >>-------------------!
judge edition: the same, but nobody who wrote in it (here: the plan administrator)
  own        >>---------+---x------
  foreign    >>-------------------+
keep list: the plan administrator
  own        >>xxxxxxxxxxxxx+xxxxxx
keep payments: plan administrator and budget officer
  own        >>xxxxxxxxxx+xx+xxxxxx
unit budget: plan administrator and budget officer; a classified unit's is not kept here
  own        >>----------+--+------
  foreign    >>--------------------
  classified >>--------------------
import payments: the same, the sheet that one checked oneself (here: the plan administrator's)
  own        >>xxxxxxxxxx-xx+xxxxxx
payment file: plan administrator and budget officer, whoever of them uploaded it
  own        >>----------+--+------
see facts: filer, plan administrator, budget officer
  own        >>++xx---x-x+xx+------
  child      __-__x+--x-x_x_+--__--
  sibling    __-__--+--xx_x_+--__--
  foreign    __-__-------_-_---__+x
  classified __x__x-----x_-_+--__--
edit facts: filer and plan administrator; a classified project has no facts
  own        >>++xx---x-xxxx+------
  child      __-__x+--x-x_x_+--__--
  sibling    __-__--+--xx_x_+--__--
  foreign    __-__-------_-_---__+x
  classified __x__x-----x_-_!--__--
confirm: the plan administrator
  own        >>xxxx---x-xxxx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
money: plan administrator and budget officer; a classified project has none
  own        >>xxxx---x-x+xx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
  classified __x__x-----x_-_!--__--
see days: as see project; a classified one has no page of days
  own        >>++++---+-+++++------
  child      >>---++--+-+++++------
  sibling    >>-----+--++++++------
  foreign    >>------------------++
  classified >>--------------------
enter day: who writes the money; others may enter other days, of the targets, or none
  own        >>!!xx---x-!+xx+------
  child      __-__x!--x-!_x_+--__--
  sibling    __-__--!--x!_x_+--__--
  foreign    __-__-------_-_---__!!
  classified __-__-------_-_---__--
enter budget day: as money; for a program the other days are another request
  own        >>xxxx---x-x+xx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
  classified __-__-------_-_---__--
approve rest: plan administrator and budget officer; refused, since nothing waits
  own        >>xxxxxxxxxx!xx!xxxxxx
make book: whoever reads the whole region
  own        >>xxxxxxxxx+++++xxxxx+
see list: plan administrator and budget officer; others who see the unit may not
  own        >>xxxx---x-x+xx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
  classified __-__---xx-x_x_+--__--
approve list: the same; a classified unit has no targets here
  own        >>xxxx---x-x+xx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
  classified __-__---xx-x_x_!--__--
begin: the unit's filers; nobody for a classified unit
  own        >>++xx---x-xxxxx------
  child      __-__x+--x-x_x_x--__--
  sibling    __-__--+--xx_x_x--__--
  foreign    __-__-------_-_---__+x
  classified __-__---!x-x_x_x--__--
see draft: the unit, its supervisor, the plan administrator
  own        >>++++---------+------
  child      >>---++--------+------
  sibling    >>-----+-------+------
  foreign    >>------------------+-
see filing: the same, the section of the unit, and who reads the whole region
  own        >>++++---+-+++++------
  child      >>---++--+-+++++------
  sibling    >>-----+--++++++------
  foreign    >>------------------++
write: the unit's filers alone
  own        >>++xx---------x------
  child      __-__x+-----_-_x--__--
  sibling    __-__--+----_-_x--__--
  foreign    __-__-------_-_---__+-
answer: the unit's filers alone, of what the bureau sees too
  own        >>++xx---x-xxxxx------
  child      __-__x+--x-x_x_x--__--
  sibling    __-__--+--xx_x_x--__--
  foreign    __-__-------_-_---__+x
talk: the unit's filers and the desk
  own        >>++xx---+-xxxxx------
  child      __-__x+--+-x_x_x--__--
  sibling    __-__--+--+x_x_x--__--
  foreign    __-__-------_-_---__+x
except: the plan administrator
  own        >>xxxx---x-xxxx+------
  child      __-__xx--x-x_x_+--__--
  sibling    __-__--x--xx_x_+--__--
  foreign    __-__-------_-_---__xx
end reopening: the plan administrator; refused here, since the filing was never reopened
  own        >>xxxx---x-xxxx!------
  child      __-__xx--x-x_x_!--__--
  sibling    __-__--x--xx_x_!--__--
  foreign    __-__-------_-_---__xx
first desk: the section of the unit
  own        >>xxxx---+-xxxxx------
  child      __-__xx--+-x_x_x--__--
  sibling    __-__--x--+x_x_x--__--
  foreign    __-__-------_-_---__xx
second desk: the performance section; who judged before is told so
  own        >>xxxx---!-+xxxx------
  child      __-__xx--!-+_x_x--__--
  sibling    __-__--x--!+_x_x--__--
  foreign    __-__-------_-_---__x+
begin sample: the performance section and the plan administrator
  own        >>xxxxxxxxx+xxx+xxxxx+
prepare sample: the same, for tasks of the own county (here: 尉犁县); another's is no choice
  own        >>xxxxxxxxx+xxx+xxxxx!
prepare api sample: the same; another county's task does not exist
  own        >>xxxxxxxxx+xxx+xxxxx-
see sample: who reads the whole region
  own        >>---------+++++------
  child      >>---------+++++------
  sibling    >>---------+++++------
  foreign    >>-------------------+
run sample: the performance section and the plan administrator
  own        >>---------+xxx+------
  foreign    >>-------------------+
draw sample: the same and a leader, but not who prepared it (here: the performance section)
  own        >>---------xx+x+------
  foreign    >>-------------------x
close sample: as run sample; refused, since nothing is checked yet
  own        >>---------!xxx!------
  foreign    >>-------------------!
pass rest: the performance section; refused, since the plan has every filing reviewed
  own        >>---------!xxxx------
  foreign    >>-------------------!
check sample: the checker (here: the performance section)
  own        >>---------+xxxx------
  child      >>---------+xxxx------
  sibling    >>---------+xxxx------
  foreign    >>-------------------+
excuse sample: as run sample; refused, since somebody checks it
  own        >>---------!xxx!------
  child      >>---------!xxx!------
  sibling    >>---------!xxx!------
  foreign    >>-------------------!
return sample: the filing's desk, which is the section's here and knows of no sample
  own        >>---------xxxxx------
  child      >>---------xxxxx------
  sibling    >>---------xxxxx------
  foreign    >>-------------------x
begin problem: the performance section, the plan administrator, sections
  own        >>xxxxxxx+++xxx+xxxxx+
open problem: the same, for a unit in their charge (here: 县水利局); another is no choice
  own        >>xxxxxxx+!+xxx+xxxxx!
open api problem: a unit of which one may not bring up a problem does not exist
  own        >>-------+-+---+------
list problems: the performance section and the plan administrator
  own        >>xxxxxxxxx+xxx+xxxxx+
import problems: the same, the list that one checked oneself (here: the plan administrator's)
  own        >>xxxxxxxxx-xxx+xxxxx-
recheck problem: the section of the unit, the performance section, the plan administrator
  own        >>xxxx---+-+xxx+------
  child      __-__xx--+-+_x_+--__--
  sibling    __-__--x--++_x_+--__--
  foreign    __-__-------_-_---__x+
propose payment: the same and the budget section
  own        >>xxxx---+-++xx+------
  child      __-__xx--+-+_x_+--__--
  sibling    __-__--x--++_x_+--__--
  foreign    __-__-------_-_---__x+
see proposal: sections, budget section, leaders, plan administrator; for the unit it is none yet
  own        >>-------+-+++-+------
  child      __-__----+-+_+_+--__--
  sibling    __-__-----++_+_+--__--
  foreign    __-__-------_-_---__-+
approve payment: the role of the plan (here: the performance section); not who proposed it
  own        >>-------x-+xx-x------
  child      __-__----x-+_x_x--__--
  sibling    __-__-----x+_x_x--__--
  foreign    __-__-------_-_---__-+
answer problem: filers and head of the unit
  own        >>+++x---x-xxxxx------
  child      __-__x+--x-x_x_x--__--
  sibling    __-__--+--xx_x_x--__--
  foreign    __-__-------_-_---__+x
prove problem: both of them
  own        >>+++x---+-+xxx+------
  child      __-__x+--+-+_x_+--__--
  sibling    __-__--+--++_x_+--__--
  foreign    __-__-------_-_---__++
remove proof: who added the file, the unit's filer
  own        >>+xxx---x-xxxxx------
  child      __-__x+--x-x_x_x--__--
  sibling    __-__--+--xx_x_x--__--
  foreign    __-__-------_-_---__+x
compare: the performance section and leaders
  own        >>xxxxxxxxx+x+xxxxxxx+
ask again: the same, of the own county (here: 尉犁县); another's review is no choice
  own        >>xxxxxxxxx+x+xxxxxxx!
ask api again: the same; another county's review does not exist
  own        >>xxxxxxxxx+x+xxxxxxx-
see second: the same, and who was asked (here: the budget officer)
  own        >>---------+++--------
  child      >>---------+++--------
  foreign    >>-------------------+
score again: who was asked; the others only see it
  own        >>---------x+x--------
  child      >>---------x+x--------
  foreign    >>-------------------x
see decision: the bureau that reads the whole region; the others once it is closed
  own        >>xxxx---x-+++++------
  child      >>---xx--x-+++++------
  sibling    >>-----x--x+++++------
  foreign    >>------------------x+
conclude: the performance section
  own        >>xxxx---x-+xxxx------
  child      __-__xx--x-+_x_x--__--
  sibling    __-__--x--x+_x_x--__--
  foreign    __-__-------_-_---__x+
third party: the same; refused here, since no third party was wanted
  own        >>xxxx---x-!xxxx------
  child      __-__xx--x-!_x_x--__--
  sibling    __-__--x--x!_x_x--__--
  foreign    __-__-------_-_---__x!
request report: the unit's filers
  own        >>++xx---x-xxxxx------
  child      __-__x+--x-x_x_x--__--
  sibling    __-__--+--xx_x_x--__--
  foreign    __-__-------_-_---__+x
propose exception: the performance and the budget side, the plan administrator
  own        >>xxxx---x-++xx+------
  child      __-__xx--x-+_x_+--__--
  sibling    __-__--x--x+_x_+--__--
  foreign    __-__-------_-_---__x+
decide exception: a leader; only who reads the whole region knows of it
  own        >>---------xx+xx------
  child      __-__------x_+_x--__--
  sibling    __-__------x_+_x--__--
  foreign    __-__-------_-_---__-x
ask exception: filers and the bureau's side; refused here, since a node is open
  own        >>!!xx---x-!!xx!------
  child      __-__x!--x-!_x_!--__--
  sibling    __-__--!--x!_x_!--__--
  foreign    __-__-------_-_---__!!
request whole: the unit's filers; refused here, since nothing is in force
  own        >>!!xx---x-xxxxx------
  child      __-__x!--x-x_x_x--__--
  sibling    __-__--!--xx_x_x--__--
  foreign    __-__-------_-_---__!x
  classified __-__---!x-x_x_x--__--
ask whole: filers and the bureau's side; refused here, since a node is open
  own        >>!!xx---x-!!xx!------
  child      __-__x!--x-!_x_!--__--
  sibling    __-__--!--x!_x_!--__--
  foreign    __-__-------_-_---__!!
  classified __-__---!x-!_x_!--__--
decide adjustment: a leader or the plan administrator, since the unit's filer asked
  own        >>xxxx---x-xx+x+------
  child      __-__xx--x-x_+_+--__--
  sibling    __-__--x--xx_+_+--__--
  foreign    __-__-------_-_---__xx
copy: the unit's filers; here there is no last year
  own        >>!!xx---------x------
  child      __-__x!-----_-_x--__--
  sibling    __-__--!----_-_x--__--
  foreign    __-__-------_-_---__!-
batch: whoever sees approved forms; for others there are none
  own        >>++++++!+++++++!!!!++
new api project: a unit in which one may not create does not exist
  own        >>++-----------+------
begin transfer: who writes the money, and sections with units in their charge
  own        >>xxxxxxx++x+xx+xxxxxx
new transfer: the same; a section registers for its own units (here: 县水利局)
  own        >>xxxxxxx+!x+xx+xxxxxx
new api transfer: a unit for which one may not register does not exist
  own        >>-------+--+--+------
keep transfer: who writes the money, and the section of its unit
  own        >>xxxx---+-x+xx+------
  child      __-__xx--+-x_x_+--__--
  sibling    __-__--x--+x_x_+--__--
  foreign    __-__-------_-_---__xx
own check: the list that one checked oneself
  own        >>-------------+------
api facts: as edit facts; a classified project refuses its facts
  own        >>++xx---x-xxxx+------
  child      __-__x+--x-x_x_+--__--
  sibling    __-__--+--xx_x_+--__--
  foreign    __-__-------_-_---__+x
  classified __x__x-----x_-_x--__--
"""
