"""Reads PyTorch checkpoints (zip and legacy formats) into numpy arrays without torch; no code in them is run."""
import pickle, zipfile, io, numpy as np, struct, collections
DT={'FloatStorage':np.float32,'DoubleStorage':np.float64,'LongStorage':np.int64,'IntStorage':np.int32,'HalfStorage':np.float16,'ByteStorage':np.uint8,'BoolStorage':np.bool_,'ShortStorage':np.int16,'CharStorage':np.int8}
class Stub:
    def __init__(self,*a,**k): self.a=a
    def __setstate__(self,s): self.s=s
    def __call__(self,*a,**k): return Stub()
class Storage:
    def __init__(self,key,dt,n): self.key=key; self.dt=dt; self.n=n
def rebuild(storage,off,size,stride,*_): return ('T',storage,off,size,stride)
class U(pickle.Unpickler):
    def find_class(self,m,n):
        if n in('_rebuild_tensor_v2','_rebuild_tensor'): return rebuild
        if n=='_rebuild_parameter': return lambda d,*a: d
        if n in DT: return type(n,(),{'n':n})
        if (m,n)==('collections','OrderedDict'): return collections.OrderedDict
        if m=='builtins' or m=='__builtin__':
            if n in('dict','list','set','tuple','int','float'): return getattr(__import__('builtins'),n)
        return type(n,(Stub,),{})
    def persistent_load(self,p):
        if p[0]=='storage':
            t=getattr(p[1],'n',None) or p[1].__name__; return Storage(p[2],DT[t],p[4])
        return p
def resolve(o,get):
    if isinstance(o,tuple) and len(o)==5 and o[0]=='T':
        _,s,off,size,stride=o; a=get(s); 
        if len(size)==0: return a[off:off+1].reshape(())
        return np.lib.stride_tricks.as_strided(a[off:],shape=size,strides=[x*a.itemsize for x in stride]).copy()
    if isinstance(o,dict): return {k:resolve(v,get) for k,v in o.items()}
    if isinstance(o,(list,tuple)): return [resolve(v,get) for v in o]
    return o
def load(path):
    if open(path,'rb').read(2)==b'PK':
        z=zipfile.ZipFile(path); pk=[n for n in z.namelist() if n.endswith('data.pkl')][0]; base=pk[:-8]; cache={}
        def get(s):
            if s.key not in cache: cache[s.key]=np.frombuffer(z.read(base+'data/'+s.key),dtype=s.dt)
            return cache[s.key]
        return resolve(U(io.BytesIO(z.read(pk))).load(),get)
    f=open(path,'rb'); [pickle.load(f) for _ in range(2)]; U(f).load(); o=U(f).load(); keys=U(f).load(); st={}
    # need dtypes: walk
    dts={}
    def walk(x):
        if isinstance(x,tuple) and len(x)==5 and x[0]=='T': dts[x[1].key]=x[1].dt; return
        if isinstance(x,dict): [walk(v) for v in x.values()]
        elif isinstance(x,(list,tuple)): [walk(v) for v in x]
    walk(o)
    for k in keys:
        n=struct.unpack('<q',f.read(8))[0]; dt=np.dtype(dts.get(k,np.float32)); st[k]=np.frombuffer(f.read(n*dt.itemsize),dtype=dt)
    return resolve(o,lambda s:st[s.key])
