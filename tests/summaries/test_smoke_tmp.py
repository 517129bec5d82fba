import tests.policing as p
orig=p.police
def police(r):
    try: orig(r)
    except AssertionError: print(r.status, r.headers.get("Location")); print(r.get_data(as_text=True)[:3000]); raise
p.police=police
from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from tests import factories as make
from tests.factories import summaries as s
from sakrad.summaries.models import *
from sakrad.core.db import db

def test_smoke(app, browse):
    c = make.consultation(Phase.compiling)
    ps=[make.position(c) for _ in range(3)]
    o = browse(make.user((Role.officer, c.authority)))
    base=f"/handlaggning/{c.municipality.slug}/sakrad/{c.slug}"
    slug=ps[0].organisation.slug
    r=o.get(base+"/sammanstall"); assert r.status_code==200, r.text
    print(r.text)
    r=o.post(base+f"/sammanstall/citera?i=ny&enhet={slug}.1", data={"finding":"ny","heading":"Vägen","body":"Hej"}); assert r.status_code==303, r.text
    print(r.location, db.session.query(Finding).one().body)
    for v in ("organisation","tema"):
        assert o.get(base+"/sammanstall?vy="+v).status_code==200
    assert o.get(base+f"/sammanstall/svar/{slug}/1").status_code==200
    r=o.get(base+"/sammanstallning"); assert r.status_code==200
    print(r.text)
    assert o.get(base+"/sammanstallning/forhandsgranska").status_code==200
